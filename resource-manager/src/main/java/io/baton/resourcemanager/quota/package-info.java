/** How much a role is promised and how much it may have at most. */
package io.baton.resourcemanager.quota;

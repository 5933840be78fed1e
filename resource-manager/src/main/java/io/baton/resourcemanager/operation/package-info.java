/** What operators may do with the registry. */
package io.baton.resourcemanager.operation;

/** What a master counts of its own work. */
package io.baton.resourcemanager.metrics;

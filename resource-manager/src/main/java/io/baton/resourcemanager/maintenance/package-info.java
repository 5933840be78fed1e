/** Machines that are to be away, and those that are. */
package io.baton.resourcemanager.maintenance;

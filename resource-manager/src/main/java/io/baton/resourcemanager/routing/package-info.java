/** How an entity reaches the others, wherever in the cluster they are. */
package io.baton.resourcemanager.routing;

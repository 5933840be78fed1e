/** The wiring: actors, links and HTTP ports of a master and of an agent, and the order in which they end. */
package io.baton.distribution.node;

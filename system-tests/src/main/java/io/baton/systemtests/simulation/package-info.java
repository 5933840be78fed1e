/**
 * The seeded simulation: all pure cores of masters, agents and schedulers under one virtual clock and an in-memory
 * network that loses, delays and cuts, with what must always be true checked after every step.
 *
 * <p>One thread, one random number generator: the same seed gives the same history.
 */
package io.baton.systemtests.simulation;

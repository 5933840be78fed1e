/**
 * A cluster of real processes on this host, faults, and a scheduler whose notes are judged afterwards: nothing lost,
 * nothing run twice, nothing over-committed.
 */
package io.baton.benchmarks.failover;

/**
 * The reducer of the replicated log: what the masters agree on, and how each command changes it.
 *
 * <p>{@link io.baton.resourcemanager.registry.state.RegistryState} is that of every master after the same entries,
 * byte for byte. It has no clock (times are in the commands), no chance, and iterates in a fixed order. Commands,
 * results and what it keeps are the messages of {@code baton/registry.proto}: the log, the snapshots and the memory
 * hold the same thing, so there is nothing to convert.
 */
package io.baton.resourcemanager.registry.state;

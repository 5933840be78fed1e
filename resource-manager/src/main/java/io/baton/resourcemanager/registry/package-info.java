/**
 * The registry: what masters must agree on, in a Raft log that they hold together.
 *
 * <ul>
 *   <li>{@link io.baton.resourcemanager.registry.state.RegistryState} is the state and says what each command does.
 *   <li>{@link io.baton.resourcemanager.registry.Replica} is one master's part of the log: propose, read, follow.
 *   <li>An {@link io.baton.resourcemanager.registry.Answer} comes within five seconds, whatever happens.
 * </ul>
 *
 * <p>To acquire shards: {@code replica.propose(Command.newBuilder().setAt(now).setAcquireShards(…).build())}; a {@code
 * Granted} in the answer carries the epoch, and the allocator's. To watch: {@link
 * io.baton.resourcemanager.registry.Replica#follow}.
 */
package io.baton.resourcemanager.registry;

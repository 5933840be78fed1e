/**
 * What the agent decides: which tasks it takes, what it tells of them, whom it obeys.
 *
 * <p>{@link io.baton.executor.agent.TaskBooks} and {@link io.baton.executor.agent.Registration} are pure; the actor is
 * their shell.
 */
package io.baton.executor.agent;

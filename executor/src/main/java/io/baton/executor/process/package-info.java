/**
 * Starts processes so that they outlive the agent, and learns what became of them.
 *
 * <p>A shell of our own, {@code spawner.sh}, forks a supervisor for each task. The supervisor waits for the task and
 * writes the verdict into a file, whether or not an agent runs. {@link io.baton.executor.process.Supervision} is the
 * agent's end of it.
 */
package io.baton.executor.process;

package io.baton.executor.agent;

import io.baton.core.resource.Resources;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What does not change while an agent runs, as far as decisions need it.
 *
 * @param workDir absolute
 * @param total all that this host offers
 * @param bootId this run of the kernel
 * @param ip the address in container statuses
 * @param maxTasks most tasks at a time
 * @param concurrentLaunches most tasks between the order to start and the news of it
 * @param announcesStarting whether TASK_STARTING is sent
 * @param remembered most ended tasks that are remembered
 * @param rememberedFor how long an ended task is remembered
 * @param maxHeldBytes of the heap for tasks and executors and their updates
 */
public record AgentFacts(
        Path workDir,
        Resources total,
        String bootId,
        String ip,
        int maxTasks,
        int concurrentLaunches,
        boolean announcesStarting,
        int remembered,
        Duration rememberedFor,
        long maxHeldBytes) {}

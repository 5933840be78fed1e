package io.baton.executor.task;

import io.baton.v1.AgentID;
import io.baton.v1.Environment;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.time.Duration;

/** How a custom executor is to be run: like a task with variables of its own. Pure. */
public final class ExecutorPlan {
    /** From SHUTDOWN to SIGKILL unless the executor says otherwise (Mesos). */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    /** What an executor of a checkpointing framework is told to wait for a lost agent (Mesos). */
    private static final String RECOVERY_TIMEOUT = "15mins";

    /** Longest wait of an executor between two attempts to subscribe again (Mesos). */
    private static final String BACKOFF_MAX = "2secs";

    private ExecutorPlan() {}

    /** The grace that this executor asks for. */
    public static Duration grace(ExecutorInfo info) {
        return info.hasShutdownGracePeriod()
                ? Duration.ofNanos(info.getShutdownGracePeriod().getNanoseconds())
                : DEFAULT_GRACE;
    }

    /** The executor's process as a task; its id is {@link ExecutorKey#process}'s. */
    public static TaskInfo process(FrameworkInfo framework, ExecutorInfo info, AgentID agent) {
        var key = ExecutorKey.of(framework.getId(), info.getExecutorId());
        var command = info.getCommand().toBuilder();
        var environment = command.getEnvironmentBuilder();
        set(environment, "MESOS_CHECKPOINT", framework.getCheckpoint() ? "1" : "0");
        set(environment, "MESOS_HTTP_COMMAND_EXECUTOR", "0");
        set(environment, "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", text(grace(info)));
        set(environment, "LIBPROCESS_PORT", "0");
        if (framework.getCheckpoint()) {
            set(environment, "MESOS_RECOVERY_TIMEOUT", RECOVERY_TIMEOUT);
            set(environment, "MESOS_SUBSCRIPTION_BACKOFF_MAX", BACKOFF_MAX);
        }
        var task = TaskInfo.newBuilder()
                .setName(info.getName())
                .setTaskId(TaskID.newBuilder().setValue(key.process().task().value()))
                .setAgentId(agent)
                .setExecutor(info)
                .setCommand(command)
                .addAllResources(info.getResourcesList());
        if (info.hasContainer()) {
            task.setContainer(info.getContainer());
        }
        return task.build();
    }

    private static void set(Environment.Builder environment, String name, String value) {
        environment.addVariables(Environment.Variable.newBuilder().setName(name).setValue(value));
    }

    /** A duration as Mesos's executors read it: a number and one of their units. */
    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "secs" : duration.toMillis() + "ms";
    }
}

package io.baton.sdk.offer;

import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.DurationInfo;
import io.baton.v1.Environment;
import io.baton.v1.HealthCheck;
import io.baton.v1.KillPolicy;
import io.baton.v1.Label;
import io.baton.v1.Resource;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Describes a task. One builder makes one task. */
public final class TaskBuilder {
    private final TaskInfo.Builder task = TaskInfo.newBuilder();
    private boolean portsInEnvironment;

    private TaskBuilder() {}

    /** A task with this id, which no live task of the framework may have; also its name until {@link #name}. */
    public static TaskBuilder task(String id) {
        var builder = new TaskBuilder();
        builder.task.setTaskId(TaskID.newBuilder().setValue(id)).setName(id);
        return builder;
    }

    /** What people see in lists. */
    public TaskBuilder name(String name) {
        task.setName(name);
        return this;
    }

    /** Runs a line of {@code sh}. */
    public TaskBuilder shell(String line) {
        task.getCommandBuilder().setShell(true).setValue(line).clearArguments();
        return this;
    }

    /**
     * Runs a program without a shell.
     *
     * @param argv the program, then its arguments
     */
    public TaskBuilder argv(String... argv) {
        return argv(List.of(argv));
    }

    /** As {@link #argv(String...)}. */
    public TaskBuilder argv(List<String> argv) {
        task.getCommandBuilder()
                .setShell(false)
                .setValue(argv.get(0))
                .clearArguments()
                .addAllArguments(argv);
        return this;
    }

    /** The user the command runs as. Default: the framework's. */
    public TaskBuilder user(String user) {
        task.getCommandBuilder().setUser(user);
        return this;
    }

    /** An environment variable. */
    public TaskBuilder env(String name, String value) {
        task.getCommandBuilder()
                .getEnvironmentBuilder()
                .addVariables(Environment.Variable.newBuilder().setName(name).setValue(value));
        return this;
    }

    /** Environment variables. */
    public TaskBuilder env(Map<String, String> variables) {
        variables.forEach(this::env);
        return this;
    }

    /** The place's ports as {@code PORT0}, {@code PORT1}, …, and all of them in {@code PORTS} with commas. */
    public TaskBuilder portsInEnvironment() {
        portsInEnvironment = true;
        return this;
    }

    /** A file to fetch into the sandbox; archives are unpacked. */
    public TaskBuilder fetch(String uri) {
        task.getCommandBuilder().addUris(CommandInfo.URI.newBuilder().setValue(uri));
        return this;
    }

    /** A label. */
    public TaskBuilder label(String key, String value) {
        task.getLabelsBuilder().addLabels(Label.newBuilder().setKey(key).setValue(value));
        return this;
    }

    /** How long after SIGTERM the task gets SIGKILL. Default: 3 s. */
    public TaskBuilder killGrace(Duration grace) {
        task.setKillPolicy(KillPolicy.newBuilder().setGracePeriod(duration(grace)));
        return this;
    }

    /** The task fails if it runs for longer. Default: it may run for ever. */
    public TaskBuilder maxCompletionTime(Duration limit) {
        task.setMaxCompletionTime(duration(limit));
        return this;
    }

    /** The container it runs in, for example an image. */
    public TaskBuilder container(ContainerInfo container) {
        task.setContainer(container);
        return this;
    }

    /** How the agent sees whether it is well. */
    public TaskBuilder healthCheck(HealthCheck check) {
        task.setHealthCheck(check);
        return this;
    }

    /** Anything that has no method here. */
    public TaskBuilder customize(Consumer<TaskInfo.Builder> change) {
        change.accept(task);
        return this;
    }

    /** The task on this place: its agent, resources and ports. */
    public TaskInfo build(Place place) {
        if (portsInEnvironment) {
            var ports = place.ports();
            for (var i = 0; i < ports.size(); i++) {
                env("PORT" + i, ports.get(i).toString());
            }
            env("PORTS", ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return build(place.agentId(), place.resources());
    }

    /** The task on an agent with resources as offered, picked by hand. */
    public TaskInfo build(AgentID agent, Collection<Resource> resources) {
        return task.setAgentId(agent)
                .clearResources()
                .addAllResources(resources)
                .build();
    }

    private static DurationInfo duration(Duration duration) {
        return DurationInfo.newBuilder().setNanoseconds(duration.toNanos()).build();
    }
}

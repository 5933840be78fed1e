package io.baton.executor.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.NestedKey;
import io.baton.executor.task.TaskPlan;
import io.baton.executor.task.TaskRun;
import io.baton.v1.AgentID;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Containers that somebody has started through the agent's API: in the place of others, with which they end, or on their
 * own. They end with the agent, too: nothing of them is written down.
 *
 * <p>Pure. Mutable; the books own it.
 */
public final class NestedBooks {
    /** Most nested containers of a host, those that have ended and are not removed included. */
    static final int MAX_NESTED = 1_000;

    /** Whose containers of their own are, for directories and environments. */
    static final FrameworkInfo STANDALONE = FrameworkInfo.newBuilder()
            .setUser("")
            .setName("standalone")
            .setId(FrameworkID.newBuilder().setValue("standalone"))
            .build();

    private static final class Nested {
        private final ContainerID id;
        private final TaskEntry entry;
        private Optional<Ended> end = Optional.empty();
        private boolean doomed;

        private Nested(ContainerID id, TaskEntry entry) {
            this.id = id;
            this.entry = entry;
        }
    }

    /**
     * Where a container is to be.
     *
     * @param sandbox of the container that it is in, or its own
     * @param outermost empty for a container of its own
     */
    private record Place(FrameworkInfo framework, AgentID agent, Path sandbox, Optional<String> outermost) {}

    private final AgentFacts facts;
    private final AgentState state;
    private final ContainerRuns runs;
    private final Map<String, Nested> all = new LinkedHashMap<>();

    NestedBooks(AgentFacts facts, AgentState state, ContainerRuns runs) {
        this.facts = facts;
        this.state = state;
        this.runs = runs;
    }

    /** Somebody wants a container. */
    public CallAnswer launch(ContainerID wanted, Wanted what, Instant now, List<Effect> effects) {
        var id = wanted.getValue();
        var problem = problemOf(wanted, what);
        if (problem.isPresent()) {
            return CallAnswer.badRequest(problem.get());
        }
        if (all.containsKey(id) || runs.entry(id).isPresent()) {
            return CallAnswer.ACCEPTED;
        }
        var place = wanted.hasParent() ? inside(wanted.getParent().getValue()) : alone(id);
        if (place.isEmpty()) {
            return wanted.hasParent()
                    ? CallAnswer.badRequest(
                            "Parent container " + ContainerProtocol.text(wanted.getParent()) + " does not exist")
                    : new CallAnswer(503, "The agent has not registered yet");
        }
        var entry = entry(id, what, place.get(), now);
        var refusal = TaskPlan.of(entry.framework(), entry.task()).refusal();
        if (refusal.isPresent()) {
            return CallAnswer.badRequest(refusal.get().message());
        }
        all.put(id, new Nested(wanted, entry));
        runs.start(entry, now, effects);
        return CallAnswer.OK;
    }

    private Optional<String> problemOf(ContainerID wanted, Wanted what) {
        var container = what.container();
        boolean contained = container.getMesos().hasImage() || container.hasDocker() || container.getVolumesCount() > 0;
        if (wanted.hasParent() && (contained || !what.resources().isEmpty())) {
            return Optional.of("container " + ContainerProtocol.text(wanted)
                    + " runs in the place of its parent: this agent gives it no"
                    + " image, volumes or resources of its own");
        }
        return all.size() >= MAX_NESTED
                ? Optional.of("this agent has " + all.size() + " containers that were started by call, the most it may:"
                        + " remove some")
                : Optional.empty();
    }

    private Optional<Place> inside(String container) {
        var executor = state.executors().all().stream()
                .filter(e -> e.container().equals(container))
                .map(e -> new Place(e.framework(), e.accepted().getAgentId(), e.sandbox(), Optional.of(container)))
                .findFirst();
        return executor.or(() -> runs.entry(container)
                .map(e -> new Place(
                        e.framework(),
                        e.task().getAgentId(),
                        e.sandbox(),
                        e.outermost().or(() -> Optional.of(container)))));
    }

    /** Its sandbox is among those of tasks, so that it can be looked into and is collected as they are. */
    private Optional<Place> alone(String container) {
        return state.agentId()
                .map(agent -> new Place(
                        STANDALONE,
                        agent.toProto(),
                        Sandboxes.locate(
                                facts.workDir(),
                                agent.value(),
                                STANDALONE.getId().getValue(),
                                container,
                                container),
                        Optional.empty()));
    }

    private TaskEntry entry(String id, Wanted what, Place place, Instant now) {
        var framework = FrameworkId.fromProto(place.framework.getId());
        var command = what.command().toBuilder();
        command.getEnvironmentBuilder()
                .addVariables(variable("MESOS_SANDBOX", place.sandbox.toString()))
                .addVariables(variable("MESOS_CONTAINER_ID", id));
        var task = TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(NestedKey.of(framework, id, what.session()).task().toProto())
                .setAgentId(place.agent)
                .setCommand(command)
                .addAllResources(what.resources());
        boolean own = place.outermost.isEmpty();
        if (own || what.container().hasTtyInfo()) {
            task.setContainer(what.container().toBuilder().setType(ContainerInfo.Type.MESOS));
        }
        var accepted = Accepted.newBuilder()
                .setFramework(place.framework)
                .setTask(task)
                .setContainerId(id)
                .setSandbox((own ? place.sandbox : Sandboxes.ofNested(place.sandbox, id)).toString())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli());
        place.outermost.ifPresent(accepted::setOutermost);
        return new TaskEntry(accepted.build());
    }

    private static Environment.Variable variable(String name, String value) {
        return Environment.Variable.newBuilder().setName(name).setValue(value).build();
    }

    /** How it ended; empty while it runs. */
    public Optional<Ended> end(ContainerID id) {
        var nested = all.get(id.getValue());
        return nested == null ? Optional.of(new Ended(false, Optional.empty())) : nested.end;
    }

    /** Its process, while it runs. */
    public Optional<ProcessIdentity> process(ContainerID id) {
        return Optional.ofNullable(all.get(id.getValue())).flatMap(nested -> runs.process(nested.entry.container()));
    }

    /** Where its files are. */
    public Optional<TaskEntry> find(ContainerID id) {
        return Optional.ofNullable(all.get(id.getValue())).map(nested -> nested.entry);
    }

    /** Somebody wants it signalled. */
    public CallAnswer kill(ContainerID id, int number, Instant now, List<Effect> effects) {
        var nested = all.get(id.getValue());
        var signal = Signal.of(number);
        if (nested == null || nested.end.isPresent()) {
            return CallAnswer.notFound(
                    "Container '" + ContainerProtocol.text(id) + "' cannot be found (or is already killed)");
        }
        if (signal.isEmpty()) {
            return CallAnswer.badRequest("signal " + number + " cannot be sent; these can: " + Signal.NUMBERS);
        }
        kill(nested, signal.get(), now, effects);
        return CallAnswer.OK;
    }

    private void kill(Nested nested, Signal signal, Instant now, List<Effect> effects) {
        var process = runs.process(nested.entry.container());
        if (process.isPresent()) {
            effects.add(new Effect.Kill(signal, process.get()));
        } else {
            runs.kill(nested.entry.key(), Optional.of(Duration.ZERO), now, effects);
        }
    }

    /** Nobody asks for it any more. */
    public CallAnswer remove(ContainerID id) {
        var nested = all.get(id.getValue());
        if (nested == null) {
            return CallAnswer.notFound("Container " + ContainerProtocol.text(id) + " cannot be found");
        }
        if (nested.end.isEmpty()) {
            return CallAnswer.badRequest("Container " + ContainerProtocol.text(id) + " has not ended: kill it first");
        }
        all.remove(id.getValue());
        return CallAnswer.OK;
    }

    /** Those that have not ended, in the order they came. */
    public List<ContainerID> running() {
        return all.values().stream()
                .filter(nested -> nested.end.isEmpty())
                .map(nested -> nested.id)
                .toList();
    }

    /** Something has become of a nested container's process. */
    void told(TaskEntry entry, TaskRun.Effect.Update update, Optional<Verdict> verdict, List<Effect> effects) {
        var nested = all.get(entry.container());
        if (update.state() == TaskState.TASK_RUNNING) {
            effects.add(new Effect.Begun(entry.container()));
        }
        if (nested != null && TaskStates.isTerminal(update.state())) {
            var end = new Ended(true, verdict.flatMap(ExecutorFrames::status));
            nested.end = Optional.of(end);
            effects.add(new Effect.Over(entry.container(), end));
            if (nested.doomed) {
                all.remove(entry.container());
            }
        }
    }

    /** The container in which others are is over. */
    void parentOver(String container, Instant now, List<Effect> effects) {
        for (var nested : List.copyOf(all.values())) {
            if (nested.id.getParent().getValue().equals(container)) {
                nested.doomed = true;
                if (nested.end.isPresent()) {
                    all.remove(nested.entry.container());
                } else {
                    kill(nested, Signal.KILL, now, effects);
                }
            }
        }
    }
}

package io.baton.executor.agent;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Ended;
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
 * Containers that somebody has started in the place of others, through the agent's API. They end with the container they
 * are in, and with the agent: nothing of them is written down.
 *
 * <p>Pure. Mutable; the books own it.
 */
public final class NestedBooks {
    /** Most nested containers of a host, those that have ended and are not removed included. */
    static final int MAX_NESTED = 1_000;

    /** Longest id: it names files. */
    static final int MAX_ID_CHARACTERS = 200;

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

    /** The container in which another one is to be. */
    private record Parent(FrameworkInfo framework, AgentID agent, Path sandbox, String outermost) {}

    private final AgentFacts facts;
    private final AgentState state;
    private final ContainerRuns runs;
    private final Map<String, Nested> all = new LinkedHashMap<>();

    NestedBooks(AgentFacts facts, AgentState state, ContainerRuns runs) {
        this.facts = facts;
        this.state = state;
        this.runs = runs;
    }

    /** Somebody wants a container in another one. */
    public CallAnswer launch(ContainerProtocol.Launch wanted, Instant now, List<Effect> effects) {
        var id = wanted.id().getValue();
        var parent = parent(wanted.id().getParent().getValue());
        var problem = problemOf(wanted);
        if (problem.isPresent()) {
            return CallAnswer.badRequest(problem.get());
        }
        if (all.containsKey(id) || runs.entry(id).isPresent()) {
            return CallAnswer.ACCEPTED;
        }
        if (parent.isEmpty()) {
            return CallAnswer.badRequest(
                    "Unable to find container " + wanted.id().getParent().getValue() + ", the parent of " + id);
        }
        var entry = entry(wanted, parent.get(), now);
        var refusal = TaskPlan.of(entry.framework(), entry.task()).refusal();
        if (refusal.isPresent()) {
            return CallAnswer.badRequest(refusal.get().message());
        }
        all.put(id, new Nested(wanted.id(), entry));
        runs.start(entry, now, effects);
        return CallAnswer.OK;
    }

    private Optional<String> problemOf(ContainerProtocol.Launch wanted) {
        var id = wanted.id().getValue();
        if (!wanted.id().hasParent()) {
            return Optional.of("Expecting 'container_id.parent' to be present");
        }
        if (id.length() > MAX_ID_CHARACTERS) {
            return Optional.of("'container_id.value' has " + id.length() + " characters, at most " + MAX_ID_CHARACTERS
                    + " will do");
        }
        if (all.size() >= MAX_NESTED) {
            return Optional.of("this agent has " + all.size() + " nested containers, the most it may: remove some");
        }
        return IdRules.problemOfId(id).map(p -> "'container_id.value' is invalid: " + p);
    }

    private Optional<Parent> parent(String container) {
        var executor = state.executors().all().stream()
                .filter(e -> e.container().equals(container))
                .map(e -> new Parent(e.framework(), e.accepted().getAgentId(), e.sandbox(), container))
                .findFirst();
        return executor.or(() -> runs.entry(container)
                .map(e -> new Parent(
                        e.framework(),
                        e.task().getAgentId(),
                        e.sandbox(),
                        e.outermost().orElse(container))));
    }

    private TaskEntry entry(ContainerProtocol.Launch wanted, Parent parent, Instant now) {
        var id = wanted.id().getValue();
        var framework = io.baton.core.id.FrameworkId.fromProto(parent.framework.getId());
        var command = wanted.command().toBuilder();
        var place = parent.sandbox.toString();
        command.getEnvironmentBuilder()
                .addVariables(variable("MESOS_SANDBOX", place))
                .addVariables(variable("MESOS_CONTAINER_ID", id));
        var task = TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(NestedKey.of(framework, id, wanted.session()).task().toProto())
                .setAgentId(parent.agent)
                .setCommand(command);
        wanted.terminal()
                .ifPresent(terminal -> task.setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setTtyInfo(terminal)));
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(parent.framework)
                .setTask(task)
                .setContainerId(id)
                .setOutermost(parent.outermost)
                .setSandbox(Sandboxes.ofNested(parent.sandbox, id).toString())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli())
                .build());
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
        if (nested == null) {
            return CallAnswer.notFound("Container " + id.getValue() + " cannot be found");
        }
        if (signal.isEmpty()) {
            return CallAnswer.badRequest("signal " + number + " cannot be sent; these can: " + Signal.NUMBERS);
        }
        if (nested.end.isEmpty()) {
            kill(nested, signal.get(), now, effects);
        }
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
            return CallAnswer.notFound("Container " + id.getValue() + " cannot be found");
        }
        if (nested.end.isEmpty()) {
            return CallAnswer.badRequest("Container " + id.getValue() + " has not ended: kill it first");
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

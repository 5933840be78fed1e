package io.baton.executor.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.core.resource.Resources;
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
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Containers that somebody has started through the agent's API: in the place of others, with which they end, or on their
 * own. They end with the agent, too: nothing of them is written down.
 *
 * <p>Pure. Mutable; the books own it.
 */
public final class NestedBooks {
    /** Most nested containers of a host. Those that have ended and are not removed make room for others, oldest first. */
    static final int MAX_NESTED = 1_000;

    /** Sessions beyond that, of others than executors. */
    static final int SPARE_SESSIONS = 50;

    /** Most megabytes that a session writes to its output, which is in one file until it is over. */
    static final double MAX_OUTPUT_MB = 10_240;

    /** Whose containers of their own are, for directories and environments. */
    static final FrameworkInfo STANDALONE = FrameworkInfo.newBuilder()
            .setUser("")
            .setName("standalone")
            .setId(FrameworkID.newBuilder().setValue("standalone"))
            .build();

    /** Ids that are good names for files and processes as they are; whatever else somebody chooses has a name beside it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    private static final List<Resource> OUTPUT =
            Resources.scalars(Map.of("disk", MAX_OUTPUT_MB)).toProto("");

    private static final class Nested {
        private final ContainerID id;
        private final TaskEntry entry;
        /** Under which its parent's process is booked; empty for a container of its own. */
        private final String parent;

        private Optional<Ended> end = Optional.empty();
        private boolean begun;
        private boolean doomed;
        /** Whether what lies in the place of its files is another's. */
        private boolean filesAreOthers;
        /** Whether what it is in goes on, and its files would count for nobody there. */
        private boolean filesGo;

        private Nested(ContainerID id, TaskEntry entry, String parent) {
            this.id = id;
            this.entry = entry;
            this.parent = parent;
        }
    }

    /**
     * Where a container is to be.
     *
     * @param sandbox of the container that it is in, or its own
     * @param parent under which the process is booked that it is in; empty for a container of its own
     * @param outermost empty for a container of its own
     * @param command of the parent, for its user and its variables
     */
    private record Place(
            FrameworkInfo framework,
            AgentID agent,
            Path sandbox,
            String parent,
            Optional<String> outermost,
            CommandInfo command) {}

    private final AgentFacts facts;
    private final AgentState state;
    private final ContainerRuns runs;
    private final Supplier<UUID> uuids;
    /** By their whole ids: what is called alike in two parents is two containers. */
    private final Map<String, Nested> all = new LinkedHashMap<>();
    /** The same by the names under which their processes are booked. */
    private final Map<String, Nested> byName = new HashMap<>();

    NestedBooks(AgentFacts facts, AgentState state, ContainerRuns runs, Supplier<UUID> uuids) {
        this.facts = facts;
        this.state = state;
        this.runs = runs;
        this.uuids = uuids;
    }

    /** Somebody wants a container. */
    public CallAnswer launch(ContainerID wanted, Wanted what, Instant now, List<Effect> effects) {
        var problem = problemOf(wanted, what);
        if (problem.isPresent()) {
            return CallAnswer.badRequest(problem.get());
        }
        if (at(wanted).isPresent() || inside(wanted).isPresent()) {
            return CallAnswer.ACCEPTED;
        }
        var name = freeName(wanted.getValue());
        var place = wanted.hasParent() ? inside(wanted.getParent()) : alone(name);
        if (place.isEmpty()) {
            return wanted.hasParent()
                    ? CallAnswer.badRequest(
                            "Parent container " + ContainerProtocol.text(wanted.getParent()) + " does not exist")
                    : new CallAnswer(503, "The agent has not registered yet");
        }
        if (place.get().outermost.filter(runs::isOnItsWay).isPresent()) {
            return CallAnswer.badRequest("Parent container " + ContainerProtocol.text(wanted.getParent())
                    + " does not run yet: what is to be in it would run beside it");
        }
        var entry = entry(wanted.getValue(), name, what, place.get(), now);
        var plan = TaskPlan.of(entry.framework(), entry.task());
        if (plan.refusal().isPresent()) {
            return CallAnswer.badRequest(plan.refusal().get().message());
        }
        var user = plan.plan().orElseThrow().user();
        if (what.ofExecutor() && !user.equals(userOf(ContainerProtocol.outermost(wanted)))) {
            return CallAnswer.forbidden("An executor may start containers as its own user only, not as '" + user + "'");
        }
        if (!hasRoom(what, effects)) {
            return CallAnswer.badRequest("this agent runs " + all.size()
                    + " containers that were started by call, the most it may: wait for the end of some");
        }
        var nested = new Nested(wanted, entry, place.get().parent);
        all.put(ContainerProtocol.text(wanted), nested);
        byName.put(name, nested);
        runs.start(entry, now, effects);
        return CallAnswer.OK;
    }

    /** As whom the executor itself runs. */
    private String userOf(ContainerID executor) {
        return inside(executor)
                .map(its -> TaskPlan.userOf(its.framework, its.command))
                .orElse("");
    }

    private Optional<String> problemOf(ContainerID wanted, Wanted what) {
        var unnameable = Sandboxes.problemOfName(wanted.getValue());
        if (unnameable.isPresent()) {
            return unnameable;
        }
        var container = what.container();
        boolean contained = container.getMesos().hasImage() || container.hasDocker() || container.getVolumesCount() > 0;
        if (wanted.hasParent() && (contained || !what.resources().isEmpty())) {
            return Optional.of("container " + ContainerProtocol.text(wanted)
                    + " runs in the place of its parent: this agent gives it no"
                    + " image, volumes or resources of its own");
        }
        return Optional.empty();
    }

    /**
     * Makes room for one more, if need be by forgetting those that have ended and that nobody has removed, launched first: of containers
     * of their own nobody has to. Sessions that no executor asked for have some room to themselves: whoever looks into what
     * goes wrong on a host is not shut out by it.
     */
    private boolean hasRoom(Wanted what, List<Effect> effects) {
        int most = what.session() && !what.ofExecutor() ? MAX_NESTED + SPARE_SESSIONS : MAX_NESTED;
        if (all.size() >= most) {
            all.values().stream()
                    .filter(nested -> nested.end.isPresent())
                    .limit(all.size() - most + 1L)
                    .toList()
                    .forEach(nested -> forget(nested, effects));
        }
        return all.size() < most;
    }

    /**
     * Under which its process is booked: its own id, unless something else of this host is booked under that (no id has a dot),
     * or its letters are more than the pipes to the supervisors carry.
     */
    private String freeName(String id) {
        if (!NAME.matcher(id).matches()) {
            return uuids.get().toString();
        }
        var name = id;
        for (int number = 2; isTaken(name); number++) {
            name = id + "." + number;
        }
        return name;
    }

    /** That of a default executor, too: it has no process, but a directory. */
    private boolean isTaken(String name) {
        return byName.containsKey(name)
                || runs.entry(name).isPresent()
                || state.executors().all().stream()
                        .anyMatch(executor -> executor.container().equals(name));
    }

    private Optional<Place> inside(ContainerID parent) {
        var executor = state.executors().all().stream()
                .filter(e -> !parent.hasParent() && e.container().equals(parent.getValue()))
                .map(e -> new Place(
                        e.framework(),
                        e.accepted().getAgentId(),
                        e.sandbox(),
                        e.container(),
                        Optional.of(e.container()),
                        e.info().getCommand()))
                .findFirst();
        return executor.or(() -> Optional.ofNullable(all.get(ContainerProtocol.text(parent)))
                .flatMap(nested -> runs.entry(nested.entry.container()))
                .or(() -> task(parent))
                .map(e -> new Place(
                        e.framework(),
                        e.task().getAgentId(),
                        e.sandbox(),
                        e.container(),
                        e.outermost().or(() -> Optional.of(e.container())),
                        e.task().getCommand())));
    }

    /** The task that runs in this container, or is about to. */
    private Optional<TaskEntry> task(ContainerID id) {
        return runs.entry(id.getValue())
                .filter(entry -> !NestedKey.isNested(entry.key()))
                .filter(entry ->
                        ContainerProtocol.text(StatusWriter.idOf(entry, state)).equals(ContainerProtocol.text(id)));
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
                        "",
                        Optional.empty(),
                        CommandInfo.getDefaultInstance()));
    }

    private TaskEntry entry(String id, String name, Wanted what, Place place, Instant now) {
        var framework = FrameworkId.fromProto(place.framework.getId());
        var command = what.command().toBuilder();
        if (command.getUser().isEmpty() && place.command.hasUser()) {
            command.setUser(place.command.getUser());
        }
        if (what.session()) {
            command.setEnvironment(place.command.getEnvironment().toBuilder()
                    .mergeFrom(what.command().getEnvironment()));
        }
        command.getEnvironmentBuilder()
                .addVariables(variable("MESOS_SANDBOX", place.sandbox.toString()))
                .addVariables(variable("MESOS_CONTAINER_ID", id));
        var task = TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(NestedKey.of(framework, name, what.session()).task().toProto())
                .setAgentId(place.agent)
                .setCommand(command)
                .addAllResources(what.resources());
        if (what.session()) {
            task.addAllResources(OUTPUT);
        }
        boolean own = place.outermost.isEmpty();
        if (own || what.container().hasTtyInfo()) {
            task.setContainer(what.container().toBuilder().setType(ContainerInfo.Type.MESOS));
        }
        var accepted = Accepted.newBuilder()
                .setFramework(place.framework)
                .setTask(task)
                .setContainerId(name)
                .setSandbox((own ? place.sandbox : Sandboxes.ofNested(place.sandbox, name)).toString())
                .setBootId(facts.bootId())
                .setAcceptedAt(now.toEpochMilli());
        place.outermost.ifPresent(accepted::setOutermost);
        return new TaskEntry(accepted.build());
    }

    private static Environment.Variable variable(String name, String value) {
        return Environment.Variable.newBuilder().setName(name).setValue(value).build();
    }

    private Optional<Nested> at(ContainerID id) {
        return Optional.ofNullable(all.get(ContainerProtocol.text(id)));
    }

    /** How it ended; empty while it runs. */
    public Optional<Ended> end(ContainerID id) {
        var nested = at(id);
        return nested.isEmpty() ? Optional.of(new Ended(false, Optional.empty())) : nested.get().end;
    }

    /** Its process, while it runs. */
    public Optional<ProcessIdentity> process(ContainerID id) {
        return at(id).flatMap(nested -> runs.process(nested.entry.container()));
    }

    /** Where its files are. */
    public Optional<TaskEntry> find(ContainerID id) {
        return at(id).map(nested -> nested.entry);
    }

    /** The sandbox of the task or executor that it is in, or would be. */
    public Optional<Path> around(ContainerID id) {
        return inside(ContainerProtocol.outermost(id)).map(Place::sandbox);
    }

    /** Somebody wants it signalled. */
    public CallAnswer kill(ContainerID id, int number, Instant now, List<Effect> effects) {
        var nested = at(id).filter(its -> its.end.isEmpty());
        var signal = Signal.of(number);
        if (nested.isEmpty()) {
            return CallAnswer.notFound(
                    "Container '" + ContainerProtocol.text(id) + "' cannot be found (or is already killed)");
        }
        if (signal.isEmpty()) {
            return CallAnswer.badRequest("signal " + number + " cannot be sent; these can: " + Signal.NUMBERS);
        }
        kill(nested.get(), signal.get(), now, effects);
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

    /** All are to end that are in no other container. */
    void killAll(Instant now, List<Effect> effects) {
        for (var nested : List.copyOf(all.values())) {
            if (nested.parent.isEmpty() && nested.end.isEmpty()) {
                kill(nested, Signal.KILL, now, effects);
            }
        }
    }

    /** Nobody asks for it any more. */
    public CallAnswer remove(ContainerID id, List<Effect> effects) {
        var nested = at(id);
        if (nested.isEmpty()) {
            return around(id).isPresent() && id.hasParent()
                    ? CallAnswer.OK
                    : CallAnswer.notFound("Container " + ContainerProtocol.text(id) + " cannot be found");
        }
        if (nested.get().end.isEmpty()) {
            return new CallAnswer(500, "Nested container has not terminated yet");
        }
        removed(nested.get(), effects);
        return CallAnswer.OK;
    }

    private void removed(Nested nested, List<Effect> effects) {
        nested.filesGo = !nested.parent.isEmpty();
        forget(nested, effects);
    }

    private void forget(Nested nested, List<Effect> effects) {
        if (nested.filesGo && !nested.filesAreOthers) {
            effects.add(new Effect.RemoveFiles(nested.entry.sandbox()));
        }
        all.remove(ContainerProtocol.text(nested.id));
        byName.remove(nested.entry.container());
    }

    /** Under which the processes of those that have not ended are booked. */
    List<String> names() {
        return all.values().stream()
                .filter(nested -> nested.end.isEmpty())
                .map(nested -> nested.entry.container())
                .toList();
    }

    /** Where those that are in others have their files, until they are removed; by the container around them. */
    Map<String, List<Path>> places() {
        var out = new HashMap<String, List<Path>>();
        for (var nested : all.values()) {
            if (!nested.parent.isEmpty()) {
                out.computeIfAbsent(around(nested), first -> new ArrayList<>()).add(nested.entry.sandbox());
            }
        }
        return out;
    }

    private String around(Nested nested) {
        var at = nested;
        while (byName.containsKey(at.parent)) {
            at = byName.get(at.parent);
        }
        return at.parent.isEmpty() ? at.entry.container() : at.parent;
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
        var nested = byName.get(entry.container());
        if (nested == null) {
            return;
        }
        if (update.state() == TaskState.TASK_RUNNING) {
            nested.begun = true;
            effects.add(new Effect.Begun(nested.id));
        }
        if (TaskStates.isTerminal(update.state())) {
            var why = update.reason().map(reason -> update.message());
            var end = new Ended(true, verdict.flatMap(ExecutorFrames::status), why);
            nested.filesAreOthers = verdict.filter(v -> v instanceof Verdict.NeverRan never && !never.made())
                    .isPresent();
            nested.end = Optional.of(end);
            effects.add(new Effect.Over(nested.id, end));
            if (nested.doomed) {
                forget(nested, effects);
            } else if (isStillborn(nested)) {
                removed(nested, effects);
            }
        }
    }

    /** Whoever wanted a session that could not be started is told so, and asks for nothing more: nor for its files. */
    private static boolean isStillborn(Nested nested) {
        return !nested.begun
                && NestedKey.isSession(nested.entry.key())
                && nested.end.flatMap(Ended::status).isEmpty();
    }

    /** The container in which others are is over. */
    void parentOver(String container, Instant now, List<Effect> effects) {
        var parent = byName.get(container);
        for (var nested : List.copyOf(all.values())) {
            if (nested.parent.equals(container)) {
                nested.doomed = true;
                nested.filesGo = parent != null && !parent.doomed;
                if (nested.end.isPresent()) {
                    forget(nested, effects);
                } else {
                    kill(nested, Signal.KILL, now, effects);
                }
            }
        }
    }
}

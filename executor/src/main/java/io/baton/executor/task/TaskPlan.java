package io.baton.executor.task;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.executor.check.CheckPlan;
import io.baton.executor.fetch.FetchPlan;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a task is to be run, worked out from its description alone.
 *
 * @param program an executable, or a command for {@code /bin/sh} if shell is set
 * @param arguments without the program's own name
 * @param user whom it is to run as
 * @param environment the user's variables; the method of that name tells all
 * @param contents what is to be in its sandbox first
 * @param role that its resources were allocated to
 * @param rlimits for its first process
 * @param container what it runs in; empty for the host's own file system
 */
public record TaskPlan(
        boolean shell,
        String program,
        List<String> arguments,
        String user,
        SortedMap<String, String> environment,
        SandboxPlan contents,
        String role,
        Optional<ContainerPlan> container,
        List<RlimitPlan> rlimits) {
    /** Longest single text that the kernel hands to a program (MAX_ARG_STRLEN), its closing NUL included. */
    public static final int MAX_TEXT_BYTES = 128 << 10;

    /** Longest arguments and environment together; the kernel's own limit is a quarter of the stack's. */
    public static final int MAX_TEXTS_BYTES = 1 << 20;

    /** The PATH of a task that does not bring its own. */
    public static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final FrameworkId NOBODY = new FrameworkId("nobody");

    /** Why a task will not be run. */
    public record Refusal(boolean invalid, String message) {}

    /** Either a plan or a refusal. */
    public record Result(Optional<TaskPlan> plan, Optional<Refusal> refusal) {}

    /** Where a task runs, for its environment. */
    public record Place(String sandbox, String agentId, String agentEndpoint, String home) {}

    /** The files that are to be fetched first. */
    public FetchPlan fetch() {
        return contents.fetch();
    }

    /** Works out how to run the task. What this agent cannot do is refused, never left out. */
    public static Result of(FrameworkInfo framework, TaskInfo task) {
        var unsupported = unsupported(task);
        if (unsupported.isPresent()) {
            return new Result(Optional.empty(), Optional.of(new Refusal(false, unsupported.get())));
        }
        var command = task.getCommand();
        var container = ContainerPlan.of(containerOf(task));
        if (container.problem().isPresent()) {
            return new Result(
                    Optional.empty(),
                    Optional.of(new Refusal(false, container.problem().get())));
        }
        var unreachable =
                container.plan().filter(ContainerPlan::ownNetwork).flatMap(apart -> CheckPlan.overNetwork(task));
        if (unreachable.isPresent()) {
            var why = unreachable.get() + ": a container with a network of its own can be checked by COMMAND only";
            return new Result(Optional.empty(), Optional.of(new Refusal(false, why)));
        }
        var invalid = emptiness(command, container.plan()).or(() -> problem(command));
        if (invalid.isPresent()) {
            return new Result(Optional.empty(), Optional.of(new Refusal(true, invalid.get())));
        }
        var fetch = FetchPlan.of(command);
        if (fetch.problem().isPresent()) {
            return new Result(
                    Optional.empty(),
                    Optional.of(new Refusal(false, fetch.problem().get())));
        }
        var environment = new TreeMap<String, String>();
        for (var variable : command.getEnvironment().getVariablesList()) {
            environment.put(variable.getName(), valueOf(variable));
        }
        var user = userOf(framework, command);
        boolean terminal = task.getContainer().hasTtyInfo();
        var plan = new TaskPlan(
                !terminal && command.getShell(),
                terminal ? Terminal.PROGRAM : command.getValue(),
                terminal ? Terminal.arguments(command, task.getContainer().getTtyInfo()) : argumentsOf(command),
                user,
                environment,
                new SandboxPlan(fetch.plan(), container.secrets()),
                roleOf(framework, task),
                container.plan(),
                Rlimits.of(task.getContainer().getRlimitInfo()));
        return new Result(Optional.of(plan), Optional.empty());
    }

    /** As whom a command of this framework runs; empty for the agent's own user. */
    public static String userOf(FrameworkInfo framework, CommandInfo command) {
        return command.getUser().isEmpty() ? framework.getUser() : command.getUser();
    }

    /** As far as it is not about a terminal, which sessions get without being in an image. */
    private static ContainerInfo containerOf(TaskInfo task) {
        var container = task.getContainer().toBuilder();
        if (isSession(task)) {
            container.clearTtyInfo();
        }
        return task.hasContainer()
                ? container.buildPartial()
                : ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).build();
    }

    /** An image may say itself what runs in it. */
    private static Optional<String> emptiness(CommandInfo command, Optional<ContainerPlan> container) {
        boolean says = !command.getValue().isEmpty() || container.isPresent() && !command.getShell();
        return says ? Optional.empty() : Optional.of("command.value is empty: name what to run");
    }

    private static Optional<String> unsupported(TaskInfo task) {
        if (!task.hasCommand()) {
            return Optional.of("there is no command to run; to run an image as it says itself, give the task a command"
                    + " without a value and with shell set to false");
        }
        if (task.getContainer().hasTtyInfo() && !isSession(task)) {
            return Optional.of("container.tty_info: a task cannot have a terminal; a session can");
        }
        var rlimits = Rlimits.problem(task.getContainer().getRlimitInfo());
        if (rlimits.isPresent()) {
            return rlimits;
        }
        boolean volume = task.getResourcesList().stream()
                .anyMatch(r -> r.getDisk().hasVolume() && !r.getDisk().hasPersistence());
        if (volume) {
            return Optional.of("resources: this agent mounts persistent volumes only");
        }
        for (var variable : task.getCommand().getEnvironment().getVariablesList()) {
            boolean secret = variable.getType() == Environment.Variable.Type.SECRET;
            if (secret && !variable.getSecret().hasValue()) {
                return Optional.of("environment variable '" + variable.getName()
                        + "': this agent can use secrets given by value only");
            }
        }
        return Optional.empty();
    }

    private static boolean isSession(TaskInfo task) {
        return NestedKey.isSession(new TaskKey(NOBODY, TaskId.fromProto(task.getTaskId())));
    }

    private static String valueOf(Environment.Variable variable) {
        return variable.getType() == Environment.Variable.Type.SECRET
                ? variable.getSecret().getValue().getData().toStringUtf8()
                : variable.getValue();
    }

    private static Optional<String> problem(CommandInfo command) {
        long total = 0;
        var problem = problem("command.value", command.getValue());
        total += command.getValue().length();
        for (var argument : command.getArgumentsList()) {
            problem = problem.or(() -> problem("an argument of the command", argument));
            total += bytes(argument);
        }
        for (var variable : command.getEnvironment().getVariablesList()) {
            var name = variable.getName();
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                return Optional.of("environment variable '" + name + "': not a name");
            }
            var text = name + "=" + valueOf(variable);
            problem = problem.or(() -> problem("environment variable '" + name.replace('\0', '?') + "'", text));
            total += bytes(text);
        }
        if (problem.isPresent() || total <= MAX_TEXTS_BYTES) {
            return problem;
        }
        return Optional.of("command: its arguments and environment have " + total + " bytes, more than the "
                + MAX_TEXTS_BYTES + " that can be handed to a program");
    }

    private static Optional<String> problem(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of(name + " holds a NUL character, which no program can be given");
        }
        long bytes = bytes(text);
        return bytes < MAX_TEXT_BYTES
                ? Optional.empty()
                : Optional.of(name + " has " + bytes + " bytes; a program can be given at most " + (MAX_TEXT_BYTES - 1)
                        + " in one text");
    }

    private static int bytes(String text) {
        return ByteString.copyFromUtf8(text).size();
    }

    /**
     * The plan of a check's command beside this task's: as the task's user, with the task's variables below its own.
     * Missing if the command cannot be handed to a program.
     */
    public Optional<TaskPlan> beside(CommandInfo command) {
        if (command.getValue().isEmpty() || problem(command).isPresent()) {
            return Optional.empty();
        }
        var all = new TreeMap<>(environment);
        command.getEnvironment().getVariablesList().forEach(v -> all.put(v.getName(), valueOf(v)));
        return Optional.of(new TaskPlan(
                command.getShell(),
                command.getValue(),
                argumentsOf(command),
                user,
                all,
                SandboxPlan.NOTHING,
                role,
                container,
                rlimits));
    }

    private static List<String> argumentsOf(CommandInfo command) {
        if (command.getValue().isEmpty()) {
            return List.copyOf(command.getArgumentsList());
        }
        return command.getShell() || command.getArgumentsCount() == 0
                ? List.of()
                : List.copyOf(command.getArgumentsList().subList(1, command.getArgumentsCount()));
    }

    private static String roleOf(FrameworkInfo framework, TaskInfo task) {
        for (Resource resource : task.getResourcesList()) {
            if (resource.hasAllocationInfo()) {
                return resource.getAllocationInfo().getRole();
            }
        }
        return framework.getRolesCount() > 0 ? framework.getRoles(0) : framework.getRole();
    }

    /** All variables of the task at this place; the user's own win. */
    public SortedMap<String, String> environment(FrameworkInfo framework, TaskInfo task, Place place) {
        var all = new TreeMap<String, String>();
        all.put("PATH", DEFAULT_PATH);
        if (!place.home().isEmpty()) {
            all.put("HOME", place.home());
        }
        all.put("MESOS_SANDBOX", place.sandbox());
        all.put("MESOS_DIRECTORY", place.sandbox());
        all.put("MESOS_FRAMEWORK_ID", framework.getId().getValue());
        all.put(
                "MESOS_EXECUTOR_ID",
                task.hasExecutor()
                        ? task.getExecutor().getExecutorId().getValue()
                        : task.getTaskId().getValue());
        all.put("MESOS_SLAVE_ID", place.agentId());
        all.put("MESOS_SLAVE_PID", "slave(1)@" + place.agentEndpoint());
        all.put("MESOS_AGENT_ENDPOINT", place.agentEndpoint());
        all.put("MESOS_ALLOCATION_ROLE", role);
        all.putAll(environment);
        return all;
    }
}

package io.baton.executor.launch;

import io.baton.core.security.ExecutorIdentity;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.launch.Launcher.Surroundings;
import io.baton.executor.oci.OciLauncher;
import io.baton.executor.process.Account;
import io.baton.executor.process.Accounts;
import io.baton.executor.process.Launch;
import io.baton.executor.sandbox.Volumes;
import io.baton.executor.task.NestedKey;
import io.baton.executor.task.RlimitPlan;
import io.baton.executor.task.TaskPlan;
import io.baton.executor.task.Terminal;
import io.baton.v1.CommandInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/** Works out how to start what a plan says, on this host: by itself, in an image, or in a container that is there. Blocks. */
final class Launches {
    private final Accounts accounts;
    private final Containment containment;
    private final OciLauncher containers;
    private final Volumes volumes;
    private final Surroundings surroundings;

    Launches(Accounts accounts, Containment containment, Volumes volumes, Surroundings surroundings) {
        this.accounts = accounts;
        this.containment = containment;
        this.containers = containment.containers();
        this.volumes = volumes;
        this.surroundings = surroundings;
    }

    /** The launch of a container, which gets all that it is to run in. */
    Launch of(TaskEntry entry, TaskPlan plan, Optional<Account> account) throws IOException {
        var groups = containment.make(entry, plan.container().isPresent());
        if (plan.container().isPresent()) {
            var order = new OciLauncher.Order(
                    entry.container(),
                    entry.sandbox(),
                    plan,
                    inGroups(account),
                    environment(entry, plan, OciLauncher.SANDBOX, Optional.empty()),
                    volumes.mounts(entry.task().getResourcesList(), account));
            try {
                return containers.prepare(order);
            } catch (IOException impossible) {
                throw new Refused(impossible.getMessage());
            }
        }
        var outer = entry.outermost().filter(containers::holds);
        return outer.isPresent()
                ? inside(entry.container(), outer.get(), entry, plan, account)
                : alone(entry.container(), entry, plan, account, groups);
    }

    /**
     * The launch of something more beside the container's own process.
     *
     * @throws IOException also if the container is over by now: what was to run in its image has no business on the host
     */
    Launch beside(String name, TaskEntry entry, TaskPlan plan) throws IOException {
        var account = account(plan.user());
        if (plan.container().isEmpty()) {
            return alone(name, entry, plan, account, containment.beside(entry));
        }
        if (!containers.holds(entry.container())) {
            throw new IOException("container " + entry.container() + " is over");
        }
        return inside(name, entry.container(), entry, plan, account);
    }

    private Launch alone(String name, TaskEntry entry, TaskPlan plan, Optional<Account> account, List<Path> groups)
            throws IOException {
        var confinement = new Launch.Confinement(
                inGroups(account),
                groups,
                plan.rlimits().stream().map(RlimitPlan::option).toList());
        return new Launch(
                name,
                entry.sandbox(),
                plan.shell(),
                plan.program(),
                plan.arguments(),
                environment(entry, plan, entry.sandbox().toString(), account),
                session(entry, plan),
                confinement);
    }

    private static Optional<Path> session(TaskEntry entry, TaskPlan plan) {
        return NestedKey.isSession(entry.key())
                ? Optional.of(Path.of(plan.environment().getOrDefault("MESOS_SANDBOX", "/")))
                : Optional.empty();
    }

    /** A terminal is made outside: the image need not have the program for it. */
    private Launch inside(String name, String container, TaskEntry entry, TaskPlan plan, Optional<Account> account)
            throws IOException {
        boolean terminal = entry.task().getContainer().hasTtyInfo();
        var command = terminal ? argumentsOf(entry.task().getCommand()) : argumentsOf(plan);
        // All else, as the PATH of its image, is that of the container's own process.
        var environment = new TreeMap<>(plan.environment());
        environment.put("MESOS_SANDBOX", OciLauncher.SANDBOX);
        // When the runtime is killed its process goes on, in a session of its own: the supervisor knows it by this.
        environment.put("BATON_CONTAINER", name);
        var inside = containers.inside(name, container, command, inGroups(explicit(plan, account)), environment);
        if (terminal) {
            var whole = CommandInfo.newBuilder()
                    .setShell(false)
                    .setValue(inside.get(0))
                    .addAllArguments(inside)
                    .build();
            var arguments =
                    Terminal.arguments(whole, entry.task().getContainer().getTtyInfo());
            inside = new ArrayList<>(List.of(Terminal.PROGRAM));
            inside.addAll(arguments);
        }
        return new Launch(
                name,
                entry.sandbox(),
                false,
                inside.get(0),
                inside.subList(1, inside.size()),
                // The runtime is root, on the host: no variable of a task's is for it.
                new TreeMap<>(Map.of("PATH", TaskPlan.DEFAULT_PATH)),
                session(entry, plan),
                new Launch.Confinement(Optional.empty(), List.of(), List.of()));
    }

    private static List<String> argumentsOf(TaskPlan plan) {
        if (plan.shell()) {
            return List.of("/bin/sh", "-c", plan.program());
        }
        var out = new ArrayList<>(List.of(plan.program()));
        out.addAll(plan.arguments());
        return out;
    }

    private static List<String> argumentsOf(CommandInfo command) {
        if (command.getShell()) {
            return List.of("/bin/sh", "-c", command.getValue());
        }
        return command.getArgumentsCount() == 0 ? List.of(command.getValue()) : command.getArgumentsList();
    }

    private SortedMap<String, String> environment(
            TaskEntry entry, TaskPlan plan, String sandbox, Optional<Account> account) {
        var home = sandbox.equals(OciLauncher.SANDBOX)
                ? ""
                : account.or(() -> known(surroundings.ownUser()))
                        .map(Account::home)
                        .orElse("");
        var place =
                new TaskPlan.Place(sandbox, entry.task().getAgentId().getValue(), surroundings.agentEndpoint(), home);
        var all = plan.environment(entry.framework(), entry.task(), place);
        if (entry.isExecutor()) {
            var executor = entry.task().getExecutor().getExecutorId().getValue();
            var identity = new ExecutorIdentity(entry.framework().getId().getValue(), executor, entry.container());
            all.put("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", surroundings.tokens().issue(identity));
        }
        return all;
    }

    Optional<Account> account(String user) throws IOException {
        if (user.isEmpty() || user.equals(surroundings.ownUser())) {
            return Optional.empty();
        }
        var account = accounts.find(user);
        if (account.isEmpty()) {
            throw new Refused("user '" + user + "' does not exist on this host");
        }
        if (!surroundings.ownUser().equals("root")) {
            throw new Refused("cannot run as user '" + user + "': the agent runs as '" + surroundings.ownUser()
                    + "', and only root may become another user");
        }
        return account;
    }

    /** A runtime asks nobody for a user's groups, nor does what starts most tasks. */
    private Optional<Account> inGroups(Optional<Account> account) throws IOException {
        return account.isPresent() ? Optional.of(accounts.withGroups(account.get())) : account;
    }

    /** Nobody is left out who is named: in a container that would be whom its own process runs as. */
    private Optional<Account> explicit(TaskPlan plan, Optional<Account> account) {
        return account.or(() -> plan.user().isEmpty() ? Optional.empty() : known(plan.user()));
    }

    private Optional<Account> known(String user) {
        try {
            return accounts.find(user);
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    /** A launch that the user must mend. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }

        static Refused because(Throwable failure) {
            var cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return new Refused(cause instanceof IOException ? cause.getMessage() : cause.toString());
        }
    }
}

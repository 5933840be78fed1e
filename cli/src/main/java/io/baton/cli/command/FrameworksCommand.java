package io.baton.cli.command;

import static io.baton.cli.command.ListOptions.Column.of;
import static io.baton.cli.command.ListOptions.Column.wide;

import io.baton.cli.cluster.ShortIds;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.master.Response.GetFrameworks.Framework;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton frameworks}. */
@Command(name = "frameworks", description = "List frameworks, with --all also those that have ended.")
final class FrameworksCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final InstantSource clock;

    @Mixin
    private MasterOption master;

    @Mixin
    private ListOptions options;

    @Option(
            names = {"-a", "--all"},
            description = "Also frameworks that have ended.")
    private boolean all;

    FrameworksCommand(Terminal terminal, InstantSource clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var state = master.cluster().state();
        var frameworks = new ArrayList<>(state.getGetFrameworks().getFrameworksList());
        if (all) {
            frameworks.addAll(state.getGetFrameworks().getCompletedFrameworksList());
        }
        Map<String, Long> tasks = new HashMap<>();
        state.getGetTasks()
                .getTasksList()
                .forEach(task -> tasks.merge(task.getFrameworkId().getValue(), 1L, Long::sum));
        options.print(terminal, "frameworks", frameworks, FrameworksCommand::id, columns(frameworks, tasks));
        return 0;
    }

    private static String id(Framework framework) {
        return framework.getFrameworkInfo().getId().getValue();
    }

    private List<ListOptions.Column<Framework>> columns(List<Framework> frameworks, Map<String, Long> tasks) {
        var now = clock.instant().getEpochSecond();
        var ids = new ShortIds(frameworks.stream().map(FrameworksCommand::id).toList());
        return List.of(
                of("ID", framework -> options.id(id(framework), ids::of)),
                of("NAME", framework -> framework.getFrameworkInfo().getName()),
                of("STATE", FrameworksCommand::state),
                of("ROLES", FrameworksCommand::roles),
                of("TASKS", framework -> Long.toString(tasks.getOrDefault(id(framework), 0L))),
                of("CPUS", framework -> Amounts.cpus(framework.getAllocatedResourcesList())),
                of("MEM", framework -> Amounts.megabytes("mem", framework.getAllocatedResourcesList())),
                of(
                        "AGE",
                        framework -> framework.hasRegisteredTime()
                                ? Shown.age(now
                                        - TimeUnit.NANOSECONDS.toSeconds(
                                                framework.getRegisteredTime().getNanoseconds()))
                                : ""),
                wide("USER", framework -> framework.getFrameworkInfo().getUser()),
                wide("OFFERS", framework -> Integer.toString(framework.getOffersCount())),
                wide("PRINCIPAL", framework -> framework.getFrameworkInfo().getPrincipal()),
                wide("URL", framework -> framework.getFrameworkInfo().getWebuiUrl()));
    }

    private static String state(Framework framework) {
        if (framework.hasUnregisteredTime()) {
            return "ENDED";
        }
        if (!framework.getConnected()) {
            return "DISCONNECTED";
        }
        return framework.getActive() ? "ACTIVE" : "INACTIVE";
    }

    @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE have the single role field.
    private static String roles(Framework framework) {
        var info = framework.getFrameworkInfo();
        return info.getRolesCount() > 0 ? String.join(",", info.getRolesList()) : info.getRole();
    }
}

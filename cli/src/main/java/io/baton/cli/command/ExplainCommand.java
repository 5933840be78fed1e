package io.baton.cli.command;

import static io.baton.cli.command.ListOptions.Column.of;

import io.baton.cli.cluster.ShortIds;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.explain.Explanation;
import io.baton.v1.explain.Verdict;
import io.baton.v1.master.Response.GetFrameworks.Framework;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton explain}. */
@Command(
        name = "explain",
        description = "Why a framework is offered this much of an agent, or is not: the nearest misses first.")
final class ExplainCommand implements Callable<Integer> {
    private static final int USUAL = 20;

    private final Terminal terminal;

    @Mixin
    private MasterOption master;

    @Mixin
    private ListOptions options;

    @Option(names = "--role", paramLabel = "ROLE", description = "One of the framework's roles. Default: all.")
    private String role = "";

    @Option(names = "--limit", paramLabel = "N", description = "Most lines. Default: 20.")
    private int limit = USUAL;

    @Parameters(index = "0", paramLabel = "FRAMEWORK", description = "Id as 'baton frameworks' shows it, or name.")
    private String framework;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "WANTED", description = "Such as cpus:2 mem:512.")
    private List<String> wanted;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var cluster = master.cluster();
        var id = chosen(cluster.frameworks().getFrameworksList());
        var answer = cluster.explain(id, role, String.join(";", wanted), limit);
        if (answer.hasProblem()) {
            throw CommandFailure.failed(Shown.text(answer.getProblem()));
        }
        options.print(terminal, "verdicts", answer.getVerdictsList(), Verdict::getAgentId, columns(answer));
        if (options.table()) {
            terminal.say(summary(answer));
        }
        return 0;
    }

    private String chosen(List<Framework> all) {
        var ids = new ShortIds(all.stream().map(ExplainCommand::id).toList());
        var named = all.stream()
                .filter(f -> f.getFrameworkInfo().getName().equals(framework))
                .map(ExplainCommand::id);
        var matches =
                Stream.concat(ids.fitting(framework).stream(), named).distinct().toList();
        if (matches.contains(framework)) {
            return framework;
        }
        if (matches.size() != 1) {
            throw CommandFailure.failed((matches.isEmpty() ? "no framework is '" : matches.size() + " frameworks are '")
                    + Shown.text(framework) + "': give an id from 'baton frameworks'");
        }
        return matches.get(0);
    }

    private static String id(Framework framework) {
        return framework.getFrameworkInfo().getId().getValue();
    }

    private List<ListOptions.Column<Verdict>> columns(Explanation answer) {
        var ids = new ShortIds(
                answer.getVerdictsList().stream().map(Verdict::getAgentId).toList());
        return List.of(
                of("AGENT", v -> options.id(v.getAgentId(), ids::of)),
                of("HOST", Verdict::getHostname),
                of("ROLE", Verdict::getRole),
                of(
                        "VERDICT",
                        v -> v.getFits()
                                ? "fits"
                                : v.getObstaclesList().stream()
                                        .map(o -> o.getText())
                                        .collect(Collectors.joining("; "))));
    }

    private static String summary(Explanation answer) {
        var counts = answer.getObstaclesList().stream()
                .map(c -> c.getKind() + " " + c.getPairs())
                .collect(Collectors.joining(", "));
        return answer.getFitting() + " of all pairs of agent and role would do now"
                + (counts.isEmpty() ? "" : "; in the way: " + counts);
    }
}

package io.baton.cli.command;

import io.baton.cli.cluster.RegistryDesk;
import io.baton.cli.operation.Diagnosis;
import io.baton.cli.operation.Finding;
import io.baton.cli.operation.Report;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Table;
import io.baton.cli.terminal.Terminal;
import io.baton.protocol.json.MesosJson;
import io.baton.v1.operator.MasterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton operator …}: the masters and what they agree on. */
@Command(
        name = "operator",
        description = "Look after the masters: who they are, what is wrong, the registry as a file.")
final class OperatorCommand implements Runnable {
    private enum Form {
        TABLE,
        JSON
    }

    private static final String FORM = "table (default) or json.";

    private final Terminal terminal;

    OperatorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw CommandFailure.usage("operator needs one of members, doctor, add, remove, snapshot");
    }

    @Command(name = "members", description = "List the masters: who votes, leads, answers and lags.")
    int members(
            @Mixin MasterOption master,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORM",
                            description = FORM,
                            defaultValue = "TABLE")
                    Form form) {
        var reports = new RegistryDesk(master.cluster()).reports();
        if (form == Form.JSON) {
            terminal.out()
                    .println(reports.stream()
                            .map(OperatorCommand::json)
                            .collect(Collectors.joining(",\n", "{\"masters\":[\n", "\n]}")));
            return 0;
        }
        long newest = reports.stream()
                .flatMap(r -> r.status().stream())
                .mapToLong(MasterStatus::getAppliedIndex)
                .max()
                .orElse(0);
        var table = new Table(List.of("NAME", "STATE", "HTTP", "VOTER", "LEADER", "LAG", "VERSION"));
        for (var report : reports) {
            table.add(row(report, newest));
        }
        table.write(terminal.out(), terminal.colour());
        return 0;
    }

    private static List<String> row(Report report, long newest) {
        if (report.status().isEmpty()) {
            return List.of(report.name(), "UNREACHABLE", report.url(), "", "", "", "");
        }
        var status = report.status().get();
        boolean votes = status.getVotersList().stream().anyMatch(v -> v.getId().equals(status.getVoterId()));
        return List.of(
                report.name(),
                status.hasProblem() ? "NOT READY" : "READY",
                report.url(),
                votes ? status.getVoterId() : "",
                status.getLeader().equals(status.getVoterId()) ? "leads" : "",
                Long.toString(newest - status.getAppliedIndex()),
                status.getVersion());
    }

    private static String json(Report report) {
        return "{\"url\":" + quoted(report.url()) + ",\"name\":" + quoted(report.name()) + ",\"clock_offset_ms\":"
                + report.clockOffsetMillis()
                + (report.status().isPresent()
                        ? ",\"status\":" + MesosJson.text(report.status().get())
                        : ",\"failure\":" + quoted(report.failure()))
                + "}";
    }

    private static String quoted(String text) {
        return '"' + Shown.text(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Command(
            name = "doctor",
            description = "Say what is wrong with the cluster and what to do; ends with 1 if anything is.")
    int doctor(
            @Mixin MasterOption master,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORM",
                            description = FORM,
                            defaultValue = "TABLE")
                    Form form) {
        var desk = new RegistryDesk(master.cluster());
        var reports = desk.reports();
        var findings = Diagnosis.of(reports, desk.inactiveAgents());
        if (form == Form.JSON) {
            terminal.out()
                    .println(findings.stream()
                            .map(f -> "{\"what\":" + quoted(f.what()) + ",\"todo\":" + quoted(f.todo()) + "}")
                            .collect(Collectors.joining(
                                    ",\n", "{\"ok\":" + findings.isEmpty() + ",\"findings\":[", "]}")));
        } else if (findings.isEmpty()) {
            terminal.out().println("nothing is wrong: " + reports.size() + " of " + reports.size() + " masters answer");
        } else {
            findings.forEach(this::print);
        }
        return findings.isEmpty() ? 0 : CommandFailure.FAILED;
    }

    private void print(Finding finding) {
        terminal.out().println(Shown.text(finding.what()));
        terminal.out().println("  " + Shown.text(finding.todo()));
    }

    @Command(name = "add", description = "Let one more master in than are expected; it joins when it is started.")
    int add(
            @Mixin MasterOption master,
            @Parameters(paramLabel = "NAME", description = "As members shows it.") String name) {
        terminal.out().println(Shown.text(new RegistryDesk(master.cluster()).change(name, "add")));
        return 0;
    }

    @Command(name = "remove", description = "Take a master that has stopped for good out of the voters.")
    int remove(
            @Mixin MasterOption master,
            @Parameters(paramLabel = "NAME", description = "As members shows it.") String name) {
        terminal.out().println(Shown.text(new RegistryDesk(master.cluster()).change(name, "remove")));
        return 0;
    }

    /** What may be done with the registry as a file. */
    private enum Way {
        SAVE,
        RESTORE
    }

    @Command(name = "snapshot", description = "Save the registry to a file, or restore it from one.")
    int snapshot(
            @Mixin MasterOption master,
            @Parameters(index = "0", paramLabel = "save|restore") Way way,
            @Parameters(index = "1", paramLabel = "FILE") Path file,
            @Option(names = "--force", description = "Restore although this cluster has a registry: it is lost.")
                    boolean force) {
        var desk = new RegistryDesk(master.cluster());
        try {
            if (way == Way.SAVE) {
                SecretFile.write(file, desk.save());
                tell(file);
            } else {
                terminal.out().println(Shown.text(desk.restore(Files.readAllBytes(file), force)));
            }
            return 0;
        } catch (IOException e) {
            throw CommandFailure.failed("'" + file + "' cannot be read or written: " + e.getMessage(), e);
        }
    }

    /** Beside the output if it went there. */
    private void tell(Path file) {
        if (Files.isRegularFile(file)) {
            terminal.out().println("saved to " + file);
        } else {
            terminal.say("saved to " + file);
        }
    }
}

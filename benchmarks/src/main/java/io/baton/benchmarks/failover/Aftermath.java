package io.baton.benchmarks.failover;

import io.baton.cli.command.CommandRunner;
import io.baton.cli.command.Commands;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.Resource;
import io.baton.v1.master.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is to be so after each fault: {@code baton operator doctor} finds nothing wrong, and what is used and offered of each
 * agent adds up to what it has.
 */
final class Aftermath {
    private static final String CPUS = "cpus";
    private static final String AGENTS = "{\"type\":\"GET_AGENTS\"}";
    private static final double THOUSAND = 1_000;

    private final Site site;
    private final Answers answers = new Answers();
    private final Map<String, Integer> before = new TreeMap<>();

    Aftermath(Site site) {
        this.site = site;
    }

    /**
     * Waits until all is well.
     *
     * @throws IllegalStateException if it is not after a while, saying what is wrong
     */
    void await() throws InterruptedException {
        site.awaitReady();
        site.await("operator doctor finds nothing wrong", () -> doctor().isEmpty(), this::doctor);
        var whole = new TreeSet<String>();
        site.await(
                "what is used and offered of each agent is all that it has, at one moment at least",
                () -> whole.containsAll(add(whole)),
                () -> "seen so at " + whole);
    }

    /** What it finds; empty if nothing. */
    private String doctor() {
        var text = new ByteArrayOutputStream();
        try (var out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            var terminal = new Terminal(out, out, false, false);
            String[] words = {"operator", "doctor", "--master", String.join(",", site.urls())};
            int status = CommandRunner.run(new Commands(terminal).lineFor(words), terminal, words);
            return status == 0 ? "" : "status " + status + ": " + text.toString(StandardCharsets.UTF_8);
        }
    }

    /**
     * Adds those agents, as each master shows them, whose sum is their total right now: a moment later something has ended
     * and is offered again.
     *
     * @return all that are shown
     * @throws IllegalStateException if more is used and offered than there is
     */
    private Set<String> add(Set<String> whole) {
        var shown = new TreeSet<String>();
        for (var url : site.urls()) {
            for (var agent : agents(url).getAgentsList()) {
                var name = agent.getAgentInfo().getHostname() + " by " + url;
                long total = cpuMillis(agent.getTotalResourcesList());
                long taken = cpuMillis(agent.getAllocatedResourcesList()) + cpuMillis(agent.getOfferedResourcesList());
                if (taken > total) {
                    throw new IllegalStateException(
                            "of " + name + " " + taken + " of " + total + " thousandths of a cpu are used and offered");
                }
                shown.add(name);
                if (taken == total) {
                    whole.add(name);
                }
            }
        }
        if (shown.isEmpty()) {
            shown.add("some agent");
        }
        return shown;
    }

    private Response.GetAgents agents(String url) {
        try {
            return Response.parseFrom(answers.call(url + "/api/v1", AGENTS)).getGetAgents();
        } catch (IOException unreadable) {
            return Response.GetAgents.getDefaultInstance();
        }
    }

    private static long cpuMillis(List<Resource> resources) {
        return Math.round(resources.stream()
                        .filter(resource -> resource.getName().equals(CPUS))
                        .mapToDouble(resource -> resource.getScalar().getValue())
                        .sum()
                * THOUSAND);
    }

    /** How many processes each server has now, by its name; a task has none of its own yet. */
    void remember() throws IOException {
        before.putAll(
                processes().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, server -> server.getValue()
                        .size())));
    }

    /** The processes of those, tasks or servers, that have more than were remembered. */
    List<String> left() throws IOException {
        return processes().entrySet().stream()
                .filter(some -> some.getValue().size() > before.getOrDefault(some.getKey(), 0))
                .flatMap(some -> some.getValue().stream())
                .toList();
    }

    /** The command lines of all that names a file of the site's directory, by the first of these. */
    private Map<String, List<String>> processes() throws IOException {
        var named = Pattern.compile(Pattern.quote(site.directory() + "/") + "([a-z]+(-[0-9]+)?)");
        var out = new TreeMap<String, List<String>>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : all) {
                var line = line(process);
                var found = named.matcher(line);
                if (found.find()) {
                    out.computeIfAbsent(found.group(1), none -> new ArrayList<>())
                            .add(process.getFileName() + " " + line);
                }
            }
        }
        return out;
    }

    private static String line(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }
}

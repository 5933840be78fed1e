package io.baton.distribution.command;

import static io.baton.distribution.command.MasterCommand.put;

import ch.qos.logback.classic.Level;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.LocalCluster;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton dev}. */
@Command(
        name = "dev",
        description =
                "Start master and agent in one process, to try things out. Ctrl-C ends it and all its tasks; nothing"
                        + " is left unless --work-dir is given.")
public final class DevCommand implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORT = 5050;
    private static final int AGENT_PORT = 5051;

    private final Terminal terminal;

    @Mixin
    private CommonOptions common;

    @Option(names = "--port", paramLabel = "PORT", description = "The master's; 0 for any free one. Default 5050.")
    private Integer port;

    @Option(names = "--agent-port", paramLabel = "PORT", description = "The agent's; 0 for any free one. Default 5051.")
    private Integer agentPort;

    @Option(
            names = {"--ip", "--host"},
            paramLabel = "ADDRESS",
            description = "Where to listen. Default 127.0.0.1: only from this host.")
    private String host;

    @Option(
            names = {"--work-dir", "--work_dir"},
            paramLabel = "DIR",
            description = "Keep state and sandboxes here. Default: a temporary directory, removed at the end.")
    private Path workDir;

    @Option(
            names = "--resources",
            paramLabel = "TEXT",
            description = "What the agent offers: 'cpus:4;mem:2048'. What is not named is detected.")
    private String resources;

    @Option(names = "--attributes", paramLabel = "TEXT", description = "What the agent says of itself: 'rack:r1'.")
    private String attributes;

    /** A command that writes here. */
    public DevCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Logs.to(Level.WARN, common.verbose());
        var directory = workDir == null ? WorkDir.temporary() : WorkDir.usable(workDir);
        Runnable afterwards = workDir == null ? () -> WorkDir.remove(directory) : () -> {};
        try {
            try (var cluster = LocalCluster.start(configuration(directory), afterwards)) {
                announce(cluster.node());
                var broken = cluster.node().broken();
                CompletableFuture.anyOf(
                                broken, cluster.system().getWhenTerminated().toCompletableFuture())
                        .join();
                if (broken.isDone()) {
                    throw CommandFailure.failed(broken.join());
                }
            }
        } finally {
            afterwards.run();
        }
        return 0;
    }

    /** What the agent says of itself follows from where it listens, which the file may say, too. */
    Configuration configuration(Path directory) {
        var settings = settings(directory);
        var listening = common.configuration(settings, Map.of("baton.http.host", LOOPBACK))
                .read(HttpConfig::from)
                .host();
        return common.configuration(settings, LocalCluster.settings(directory, listening, PORT, AGENT_PORT));
    }

    /** The directories are not the file's to say: it may be that of a real agent, whose tasks would end with this command. */
    private Map<String, Object> settings(Path directory) {
        var settings = new HashMap<String, Object>();
        put(settings, "baton.http.host", host);
        put(settings, "baton.http.port", port);
        put(settings, "baton.agent.port", agentPort);
        settings.put("baton.node.work-dir", directory.toString());
        settings.put("baton.agent.work-dir", directory.toString());
        put(settings, "baton.agent.resources", resources);
        put(settings, "baton.agent.attributes", attributes);
        return settings;
    }

    private void announce(LocalCluster cluster) {
        var out = terminal.out();
        out.println("baton is ready at " + cluster.masterUrl());
        out.println("  agent " + cluster.agentUrl() + " with "
                + resources(cluster.agentInfo().getResourcesList()));
        var standard = cluster.masterUrl().endsWith(":5050");
        out.println("  try: baton run " + (standard ? "" : "--master " + cluster.masterUrl() + " ") + "-- echo hello");
        out.flush();
    }

    /** The amounts, for people. */
    static String resources(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> resource.getType() == Value.Type.SCALAR)
                .map(resource -> resource.getName() + " "
                        + (resource.getName().equals("mem")
                                        || resource.getName().equals("disk")
                                ? Shown.megabytes(resource.getScalar().getValue())
                                : Shown.amount(resource.getScalar().getValue())))
                .collect(Collectors.joining(", "));
    }
}

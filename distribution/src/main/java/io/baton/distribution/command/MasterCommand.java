package io.baton.distribution.command;

import ch.qos.logback.classic.Level;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.distribution.config.NodeConfig;
import io.baton.distribution.node.Master;
import io.baton.distribution.node.Nodes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code baton master}. */
@Command(name = "master", description = "Start a master: alone, or with --seeds together with others.")
public final class MasterCommand implements Callable<Integer> {
    private static final int CLUSTER_PORT = 25_520;

    private final Terminal terminal;

    @Mixin
    private CommonOptions common;

    @Option(names = "--port", paramLabel = "PORT", description = "For HTTP; 0 for any free one. Default 5050.")
    private Integer port;

    @Option(
            names = {"--ip", "--host"},
            paramLabel = "ADDRESS",
            description = "Where to listen. Default 0.0.0.0, all interfaces.")
    private String host;

    @Option(
            names = {"--advertise", "--hostname"},
            paramLabel = "NAME",
            description =
                    "Name or address under which others reach this master. Default: its name among the seeds, else the"
                            + " address that it listens on, or that of its way out.")
    private String advertise;

    @Option(names = "--link-port", paramLabel = "PORT", description = "For agents; 0 for any free one. Default 5052.")
    private Integer linkPort;

    @Option(
            names = "--cluster-port",
            paramLabel = "PORT",
            description = "For other masters. Default 25520 with --seeds, else any free one.")
    private Integer clusterPort;

    @Option(
            names = {"--seeds", "--seed", "--join"},
            paramLabel = "HOST:PORT",
            split = ",",
            description = "Masters to join, by their cluster port, this one included; the same list for all of them.")
    private List<String> seeds = List.of();

    @Option(
            names = "--expect",
            paramLabel = "N",
            description = "How many masters there are to be: 1, 3 or 5. Default: as many as --seeds names.")
    private Integer expected;

    @Option(
            names = {"--work-dir", "--work_dir"},
            paramLabel = "DIR",
            description = "Where it keeps its files.")
    private Path workDir;

    /** A command that writes here. */
    public MasterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Logs.to(Level.INFO, common.verbose());
        var configuration = common.configuration("master.conf", settings());
        configuration.warnOf(Set.of("baton.agent", "baton.authentication.executors"), "agents", terminal::say);
        configuration.warnOfKeysGivenTwice(terminal::say);
        configuration.read(NodeConfig::from).workDir().ifPresent(WorkDir::usable);
        try (var master = Master.start(configuration)) {
            var address = master.node().address();
            terminal.out().println("master at http://" + address.http() + ", agent links at " + address.link());
            terminal.out().flush();
            master.awaitEnd();
            Nodes.problemAtEnd(master.system()).ifPresent(problem -> {
                throw CommandFailure.tryAgain(problem);
            });
        }
        return 0;
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<String, Object>();
        put(settings, "baton.http.port", port);
        put(settings, "baton.http.host", host);
        put(settings, "baton.node.advertise", advertise);
        put(settings, "baton.node.link-port", linkPort);
        put(settings, "baton.node.cluster-port", clusterPort);
        if (linkPort == null && port != null && port == 0) {
            settings.put("baton.node.link-port", 0);
        }
        if (clusterPort == null && !seeds.isEmpty()) {
            settings.put("baton.node.cluster-port", CLUSTER_PORT);
        }
        put(settings, "baton.node.expected-masters", expected);
        if (!seeds.isEmpty()) {
            settings.put("baton.node.seeds", seeds);
        }
        if (workDir != null) {
            settings.put("baton.node.work-dir", workDir.toString());
        }
        return settings;
    }

    static void put(Map<String, Object> settings, String key, Object value) {
        if (value != null) {
            settings.put(key, value);
        }
    }
}

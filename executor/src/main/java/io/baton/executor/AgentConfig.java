package io.baton.executor;

import static io.baton.core.config.Settings.atLeast;
import static io.baton.core.config.Settings.atMost;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.baton.core.config.HostPort;
import io.baton.core.config.Settings;
import io.baton.executor.agent.Reconfiguration;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.executor.download.FetchSettings;
import io.baton.executor.fetch.FetchTargets;
import io.baton.executor.oci.OciSettings;
import io.baton.executor.probe.AttributesText;
import io.baton.executor.probe.HostProbe;
import io.baton.executor.probe.ResourcesText;
import io.baton.executor.sandbox.LogRotation;
import io.baton.executor.sandbox.SandboxLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Settings under {@code baton.agent}; {@code reference.conf} tells of each. No class but this sees them as HOCON.
 *
 * @param workDir absolute
 * @param masters HTTP addresses of masters, {@code host:port}
 * @param hostname empty for the host's own
 * @param ip where others reach this host; empty: masters go by the address they see, executors by that of the way out
 * @param port of the agent's HTTP
 * @param resources as {@link ResourcesText} reads them; what is not named is detected
 * @param attributes as {@link AttributesText} reads them
 * @param cleanup whether a start forgets all that was written down
 * @param reconfiguration how much may differ from what an earlier agent on the work directory was started with
 * @param acceptCluster whether another cluster than the one written down is obeyed from now on
 * @param shell a perl or a shell to supervise tasks with; empty for the best there is
 * @param concurrentLaunches 0 for twice the cores, at least 4
 */
public record AgentConfig(
        Path workDir,
        List<String> masters,
        String hostname,
        String ip,
        int port,
        String resources,
        String attributes,
        boolean cleanup,
        Reconfiguration.Policy reconfiguration,
        boolean acceptCluster,
        Optional<Path> shell,
        boolean announcesStarting,
        int maxTasks,
        int concurrentLaunches,
        int rememberedTasks,
        Duration rememberedFor,
        Duration diskCheckInterval,
        SandboxLimits sandboxes,
        LogRotation logs,
        IsolationSettings isolation,
        OciSettings oci,
        FetchSettings fetch,
        Path proc) {
    private static final String ROOT = "baton.agent";
    /** What may stand around a master's {@code host:port}. */
    private static final Pattern AROUND_MASTER = Pattern.compile("^https?://|/$");

    private static final Pattern GROUP =
            Pattern.compile("[A-Za-z0-9_.-]*[A-Za-z0-9_-](/[A-Za-z0-9_.-]*[A-Za-z0-9_-])*");
    private static final Pattern RUNTIME = Pattern.compile("auto|none|/.+");
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]+");
    private static final int MAX_PORT = 65_535;
    private static final int LAUNCHES_PER_CORE = 2;
    private static final int LEAST_LAUNCHES = 4;

    /**
     * Reads the settings.
     *
     * @param given the operator's, with what the command line says above them
     * @throws ConfigException naming file, line and key of the first setting that will not do
     */
    public static AgentConfig from(Config given) {
        var defaults = ConfigFactory.defaultReference(AgentConfig.class.getClassLoader());
        Settings.refuseUnknownKeys(given, defaults, ROOT);
        var all = given.withFallback(defaults).resolve();
        var c = all;
        checked(c, "resources", ResourcesText::parse);
        checked(c, "attributes", AttributesText::parse);
        return new AgentConfig(
                Path.of(c.getString(ROOT + ".work-dir")).toAbsolutePath().normalize(),
                masters(c),
                c.getString(ROOT + ".hostname"),
                ip(c),
                atMost(MAX_PORT, c, ROOT + ".port", atLeast(0, c, ROOT + ".port", c.getInt(ROOT + ".port"))),
                c.getString(ROOT + ".resources"),
                c.getString(ROOT + ".attributes"),
                recover(c).equals("cleanup"),
                reconfiguration(c),
                c.getBoolean(ROOT + ".accept-cluster"),
                Optional.of(c.getString(ROOT + ".shell"))
                        .filter(s -> !s.isEmpty())
                        .map(Path::of),
                c.getBoolean(ROOT + ".announce-starting"),
                atLeast(1, c, ROOT + ".max-tasks", c.getInt(ROOT + ".max-tasks")),
                launches(c),
                atLeast(0, c, ROOT + ".remembered-tasks", c.getInt(ROOT + ".remembered-tasks")),
                atLeast(Duration.ofMinutes(1), c, ROOT + ".remembered-for", c.getDuration(ROOT + ".remembered-for")),
                atLeast(
                        Duration.ofMillis(100),
                        c,
                        ROOT + ".disk-check-interval",
                        c.getDuration(ROOT + ".disk-check-interval")),
                sandboxes(c),
                new LogRotation(
                        atLeast(0L, c, ROOT + ".log-max-size", c.getBytes(ROOT + ".log-max-size")),
                        atLeast(1, c, ROOT + ".log-max-files", c.getInt(ROOT + ".log-max-files"))),
                isolation(c),
                oci(c),
                fetch(c),
                Path.of(c.getString(ROOT + ".proc")));
    }

    private static List<String> masters(Config c) {
        var masters = c.getStringList(ROOT + ".masters");
        for (var master : masters) {
            if (!HostPort.isWritten(AROUND_MASTER.matcher(master).replaceAll(""))) {
                throw new ConfigException.BadValue(
                        c.getValue(ROOT + ".masters").origin(),
                        ROOT + ".masters",
                        "'" + master + "' is no host:port; write it as master-1:5050 (--master)");
            }
        }
        return List.copyOf(masters);
    }

    /** Where to listen is no address to be reached at, and the same option says both. */
    private static String ip(Config c) {
        var ip = c.getString(ROOT + ".ip");
        return HostPort.isEverywhere(ip) ? "" : ip;
    }

    private static String recover(Config c) {
        var how = c.getString(ROOT + ".recover");
        if (!how.equals("strict") && !how.equals("cleanup")) {
            throw new ConfigException.BadValue(
                    c.getValue(ROOT + ".recover").origin(),
                    ROOT + ".recover",
                    "must be strict or cleanup, is '" + how + "'");
        }
        return how;
    }

    private static Reconfiguration.Policy reconfiguration(Config c) {
        var key = ROOT + ".reconfiguration-policy";
        return Arrays.stream(Reconfiguration.Policy.values())
                .filter(policy -> policy.word().equals(c.getString(key)))
                .findFirst()
                .orElseThrow(() -> new ConfigException.BadValue(
                        c.getValue(key).origin(), key, "must be equal or additive, is '" + c.getString(key) + "'"));
    }

    private static int launches(Config c) {
        int launches = atLeast(0, c, ROOT + ".concurrent-launches", c.getInt(ROOT + ".concurrent-launches"));
        int cores = Runtime.getRuntime().availableProcessors();
        return launches > 0 ? launches : Math.max(LEAST_LAUNCHES, LAUNCHES_PER_CORE * cores);
    }

    private static SandboxLimits sandboxes(Config c) {
        var key = ROOT + ".sandbox-headroom";
        double headroom = c.getDouble(key);
        if (!(headroom >= 0 && headroom <= 1)) {
            throw new ConfigException.BadValue(
                    c.getValue(key).origin(), key, "must be a share from 0 to 1, is " + headroom);
        }
        return new SandboxLimits(
                atLeast(Duration.ofMinutes(1), c, ROOT + ".sandbox-max-age", c.getDuration(ROOT + ".sandbox-max-age")),
                atLeast(0, c, ROOT + ".sandbox-max-count", c.getInt(ROOT + ".sandbox-max-count")),
                headroom);
    }

    private static IsolationSettings isolation(Config c) {
        var cgroups = ROOT + ".cgroups";
        var root = c.getString(cgroups + ".root");
        if (!GROUP.matcher(root).matches()) {
            throw new ConfigException.BadValue(
                    c.getValue(cgroups + ".root").origin(),
                    cgroups + ".root",
                    "must be the name of a group, such as baton or slice/baton, is '" + root + "'");
        }
        try {
            return IsolationSettings.parse(
                    c.getString(ROOT + ".isolation"),
                    root,
                    c.getBoolean(cgroups + ".enable-cfs"),
                    atLeast(0L, c, cgroups + ".pids-limit", c.getLong(cgroups + ".pids-limit")));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException.BadValue(
                    c.getValue(ROOT + ".isolation").origin(), ROOT + ".isolation", wrong.getMessage(), wrong);
        }
    }

    private static OciSettings oci(Config c) {
        var oci = ROOT + ".oci";
        var runtime = c.getString(oci + ".runtime");
        if (!RUNTIME.matcher(runtime).matches()) {
            throw new ConfigException.BadValue(
                    c.getValue(oci + ".runtime").origin(),
                    oci + ".runtime",
                    "must be auto, none, or the path of a runtime, is '" + runtime + "'");
        }
        return new OciSettings(
                runtime,
                Optional.of(c.getString(oci + ".images"))
                        .filter(s -> !s.isEmpty())
                        .map(path -> Path.of(path).toAbsolutePath()),
                capabilities(c, oci + ".capabilities"),
                capabilities(c, oci + ".allowed-capabilities"),
                c.getBoolean(oci + ".read-only-rootfs"));
    }

    private static List<String> capabilities(Config c, String key) {
        for (var name : c.getStringList(key)) {
            if (!CAPABILITY.matcher(name).matches()) {
                throw new ConfigException.BadValue(
                        c.getValue(key).origin(), key, "'" + name + "' is no capability, such as CAP_CHOWN");
            }
        }
        return c.getStringList(key);
    }

    private static FetchSettings fetch(Config c) {
        var fetch = ROOT + ".fetch";
        var schemes = new TreeSet<>(c.getStringList(fetch + ".schemes"));
        schemes.stream()
                .filter(s -> !FetchTargets.SCHEMES.contains(s))
                .findFirst()
                .ifPresent(wrong -> {
                    throw new ConfigException.BadValue(
                            c.getValue(fetch + ".schemes").origin(),
                            fetch + ".schemes",
                            "'" + wrong + "' is none of http, https, file");
                });
        return new FetchSettings(
                new FetchTargets(schemes, networks(c, fetch + ".refused-networks")),
                atLeast(1, c, fetch + ".concurrency", c.getInt(fetch + ".concurrency")),
                atLeast(Duration.ofSeconds(1), c, fetch + ".time-limit", c.getDuration(fetch + ".time-limit")),
                atLeast(Duration.ofSeconds(1), c, fetch + ".stall-timeout", c.getDuration(fetch + ".stall-timeout")),
                atLeast(1L, c, fetch + ".max-size", c.getBytes(fetch + ".max-size")),
                atLeast(0L, c, fetch + ".cache-size", c.getBytes(fetch + ".cache-size")));
    }

    private static List<FetchTargets.Network> networks(Config c, String key) {
        try {
            return c.getStringList(key).stream()
                    .map(text -> FetchTargets.network(text, HostProbe::literal))
                    .toList();
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException.BadValue(c.getValue(key).origin(), key, wrong.getMessage(), wrong);
        }
    }

    private static void checked(Config c, String key, Consumer<String> parse) {
        try {
            parse.accept(c.getString(ROOT + "." + key));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException.BadValue(
                    c.getValue(ROOT + "." + key).origin(), ROOT + "." + key, wrong.getMessage(), wrong);
        }
    }
}

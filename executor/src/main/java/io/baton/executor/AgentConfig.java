package io.baton.executor;

import static io.baton.core.config.Settings.atLeast;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.baton.core.config.Settings;
import io.baton.executor.probe.AttributesText;
import io.baton.executor.probe.ResourcesText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Settings under {@code baton.agent}; {@code reference.conf} tells of each. No class but this sees them as HOCON.
 *
 * @param workDir absolute
 * @param masters HTTP addresses of masters, {@code host:port}
 * @param hostname empty for the host's own
 * @param ip empty for that of the host's way out
 * @param port of the agent's HTTP
 * @param resources as {@link ResourcesText} reads them; what is not named is detected
 * @param attributes as {@link AttributesText} reads them
 * @param cleanup whether a start forgets all that was written down
 * @param shell for the supervisors; empty for the fastest there is
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
        Optional<Path> shell,
        boolean announcesStarting,
        int maxTasks,
        int concurrentLaunches,
        int rememberedTasks,
        Duration rememberedFor,
        Duration diskCheckInterval,
        Duration sandboxMaxAge,
        int sandboxMaxCount,
        Path proc) {
    private static final String ROOT = "baton.agent";
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
        var c = all.getConfig(ROOT);
        checked(c, "resources", ResourcesText::parse);
        checked(c, "attributes", AttributesText::parse);
        return new AgentConfig(
                Path.of(c.getString("work-dir")).toAbsolutePath().normalize(),
                List.copyOf(c.getStringList("masters")),
                c.getString("hostname"),
                c.getString("ip"),
                atLeast(0, c, "port", c.getInt("port")),
                c.getString("resources"),
                c.getString("attributes"),
                recover(c).equals("cleanup"),
                Optional.of(c.getString("shell")).filter(s -> !s.isEmpty()).map(Path::of),
                c.getBoolean("announce-starting"),
                atLeast(1, c, "max-tasks", c.getInt("max-tasks")),
                launches(c),
                atLeast(0, c, "remembered-tasks", c.getInt("remembered-tasks")),
                atLeast(Duration.ofMinutes(1), c, "remembered-for", c.getDuration("remembered-for")),
                atLeast(Duration.ofMillis(100), c, "disk-check-interval", c.getDuration("disk-check-interval")),
                atLeast(Duration.ofMinutes(1), c, "sandbox-max-age", c.getDuration("sandbox-max-age")),
                atLeast(0, c, "sandbox-max-count", c.getInt("sandbox-max-count")),
                Path.of(c.getString("proc")));
    }

    private static String recover(Config c) {
        var how = c.getString("recover");
        if (!how.equals("strict") && !how.equals("cleanup")) {
            throw new ConfigException.BadValue(
                    c.getValue("recover").origin(), ROOT + ".recover", "must be strict or cleanup, is '" + how + "'");
        }
        return how;
    }

    private static int launches(Config c) {
        int launches = atLeast(0, c, "concurrent-launches", c.getInt("concurrent-launches"));
        int cores = Runtime.getRuntime().availableProcessors();
        return launches > 0 ? launches : Math.max(LEAST_LAUNCHES, LAUNCHES_PER_CORE * cores);
    }

    private static void checked(Config c, String key, Consumer<String> parse) {
        try {
            parse.accept(c.getString(key));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigException.BadValue(c.getValue(key).origin(), ROOT + "." + key, wrong.getMessage(), wrong);
        }
    }
}

package io.baton.distribution.config;

import static io.baton.core.config.Settings.atLeast;
import static io.baton.core.config.Settings.atMost;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.baton.core.config.HostPort;
import io.baton.core.membership.MasterCount;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings under {@code baton.node}.
 *
 * @param advertise empty for the name it has among the seeds, else the address it listens on
 * @param seeds each {@code host:port}; none for a cluster of its own
 * @param expectedMasters how many masters there are to be, at least 1
 * @param joinTimeout how long a master may take to become a member
 */
public record NodeConfig(
        String advertise,
        int linkPort,
        int clusterPort,
        List<String> seeds,
        int expectedMasters,
        Duration joinTimeout,
        Optional<Path> workDir,
        Duration stopTimeout) {
    private static final String ROOT = "baton.node.";
    private static final int MAX_PORT = 65_535;
    private static final Pattern IN_DIGITS = Pattern.compile("[0-9.]+|.*:.*");

    /** @throws ConfigException naming file, line and key of the first setting that will not do */
    public static NodeConfig from(Config config) {
        var seeds = seeds(config);
        var port = port(config, "cluster-port");
        if (!seeds.isEmpty() && port == 0) {
            throw new ConfigException.BadValue(
                    config.getValue(ROOT + "cluster-port").origin(),
                    ROOT + "cluster-port",
                    "must be a fixed port, such as 25520, where there are seeds: others have to find it");
        }
        var dir = config.getString(ROOT + "work-dir");
        var stop = config.getDuration(ROOT + "stop-timeout");
        return new NodeConfig(
                config.getString(ROOT + "advertise"),
                port(config, "link-port"),
                port,
                seeds,
                expected(config, seeds.size()),
                atLeast(
                        Duration.ofSeconds(5),
                        config,
                        ROOT + "join-timeout",
                        config.getDuration(ROOT + "join-timeout")),
                dir.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Path.of(dir).toAbsolutePath().normalize()),
                atMost(
                        Duration.ofMinutes(5),
                        config,
                        ROOT + "stop-timeout",
                        atLeast(Duration.ofMillis(100), config, ROOT + "stop-timeout", stop)));
    }

    private static List<String> seeds(Config config) {
        var seeds = config.getStringList(ROOT + "seeds");
        for (var seed : seeds) {
            if (!HostPort.isWritten(seed)) {
                throw wrongSeeds(config, "'" + seed + "' is no host:port; write it as master-1:25520");
            }
        }
        if (seeds.size() > MasterCount.MOST) {
            throw wrongSeeds(
                    config,
                    "they are " + seeds.size() + ", and a cluster has at most " + MasterCount.MOST + " masters");
        }
        return List.copyOf(seeds);
    }

    private static ConfigException wrongSeeds(Config config, String why) {
        return new ConfigException.BadValue(config.getValue(ROOT + "seeds").origin(), ROOT + "seeds", why);
    }

    private static int expected(Config config, int seeds) {
        var key = ROOT + "expected-masters";
        int value = atMost(MasterCount.MOST, config, key, atLeast(0, config, key, config.getInt(key)));
        return value == 0 ? Math.max(1, seeds) : value;
    }

    private static int port(Config config, String key) {
        int value = config.getInt(ROOT + key);
        return atMost(MAX_PORT, config, ROOT + key, atLeast(0, config, ROOT + key, value));
    }

    /**
     * Where others reach a process that listens on this host or address. A master among seeds goes by the name it has
     * there: others do not answer to any other.
     */
    public String reachableAt(String listening) {
        if (!advertise.isEmpty()) {
            return advertise;
        }
        var own = own(listening);
        if (isSeed(own)) {
            return own;
        }
        return seeds.stream()
                .filter(seed -> HostPort.port(seed) == clusterPort)
                .map(HostPort::host)
                .filter(host -> OwnAddress.isMeantBy(host, listening))
                .findFirst()
                .orElse(own);
    }

    /** The same, settled how others reach a process that listens there: names are looked up but once. */
    public NodeConfig reachedAt(String listening) {
        return new NodeConfig(
                reachableAt(listening),
                linkPort,
                clusterPort,
                seeds,
                expectedMasters,
                joinTimeout,
                workDir,
                stopTimeout);
    }

    /** Whether the master that others reach under this name or address is one of the seeds. */
    public boolean isSeed(String reachable) {
        return seeds.stream()
                .anyMatch(seed -> HostPort.port(seed) == clusterPort
                        && HostPort.host(seed).equals(reachable));
    }

    /**
     * The address behind the name under which others reach a process that listens there. Empty for a name that leads
     * nowhere. A name that leads to loopback on this host leads others elsewhere; an address is taken as it is.
     */
    public static Optional<InetAddress> address(String reachable, String listening) {
        try {
            var found = InetAddress.getByName(reachable);
            boolean elsewhere =
                    found.isLoopbackAddress() && !IN_DIGITS.matcher(reachable).matches();
            return Optional.of(elsewhere ? InetAddress.getByName(own(listening)) : found);
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String own(String listening) {
        return HostPort.isEverywhere(listening) ? OwnAddress.find(listening.equals("::")) : listening;
    }
}

package io.baton.resourcemanager.registry;

import static io.baton.core.config.Settings.atLeast;
import static io.baton.core.config.Settings.atMost;

import com.typesafe.config.Config;
import io.baton.core.security.Tls;
import io.baton.core.security.TlsConfig;
import java.util.Optional;

/**
 * Settings under {@code baton.registry}.
 *
 * @param host where to listen: not a setting of its own, see {@link #at}
 * @param port where the other masters' replicas reach this one's; 0 for any free one
 * @param minFreeBytes below this much free space on the log's disk the master does not start
 * @param snapshotEvery log entries between two snapshots
 * @param tls by which masters show each other who they are; without it nothing is encrypted
 */
public record RegistryConfig(String host, int port, long minFreeBytes, int snapshotEvery, Optional<Tls> tls) {
    private static final String PORT = "baton.registry.port";
    private static final String MIN_FREE = "baton.registry.min-free-space";
    private static final String SNAPSHOT_EVERY = "baton.registry.snapshot-every";
    private static final int MAX_PORT = 65_535;
    private static final long LEAST_FREE = 16L * 1024 * 1024;

    /** @throws com.typesafe.config.ConfigException naming file, line and key of the first setting that will not do */
    public static RegistryConfig from(Config config) {
        return new RegistryConfig(
                "127.0.0.1",
                atMost(MAX_PORT, config, PORT, atLeast(0, config, PORT, config.getInt(PORT))),
                atLeast(LEAST_FREE, config, MIN_FREE, config.getBytes(MIN_FREE)),
                atMost(
                        1_000_000,
                        config,
                        SNAPSHOT_EVERY,
                        atLeast(10, config, SNAPSHOT_EVERY, config.getInt(SNAPSHOT_EVERY))),
                TlsConfig.from(config, TlsConfig.MASTERS));
    }

    /** The same, listening there. */
    public RegistryConfig at(String listen, int listenPort) {
        return new RegistryConfig(listen, listenPort, minFreeBytes, snapshotEvery, tls);
    }
}

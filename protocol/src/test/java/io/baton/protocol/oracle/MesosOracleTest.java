package io.baton.protocol.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares our messages with the ones that Mesos 1.11.0 published, type by type. */
class MesosOracleTest {
    private static final int MESSAGES_OF_MESOS = 349;
    private static final int SAMPLES_OF_EACH = 20;

    /** What Mesos gained after 1.11.0. Everything not in this table must be equal. */
    private static final Map<String, String> ADDED = """
            CapabilityInfo.Capability.PERFMON                     : = 1038
            CapabilityInfo.Capability.BPF                         : = 1039
            CapabilityInfo.Capability.CHECKPOINT_RESTORE          : = 1040
            MasterInfo.Capability.Type.QUOTA_V2                   : = 3
            ResourceStatistics.mem_kmem_usage_bytes               : optional uint64 = 52
            ResourceStatistics.mem_kmem_tcp_usage_bytes           : optional uint64 = 53
            ResourceStatistics.net_tx_rate_limit                  : optional uint64 = 46
            ResourceStatistics.net_tx_burst_rate_limit            : optional uint64 = 47
            ResourceStatistics.net_tx_burst_size                  : optional uint64 = 48
            ResourceStatistics.net_rx_rate_limit                  : optional uint64 = 49
            ResourceStatistics.net_rx_burst_rate_limit            : optional uint64 = 50
            ResourceStatistics.net_rx_burst_size                  : optional uint64 = 51
            ResourceStatistics.net_rate_statistics                : optional mesos.v1.ResourceStatistics.RateStatistics = 54
            ResourceStatistics.net_ephemeral_ports                : optional mesos.v1.Value.Range = 55
            ResourceStatistics.RateStatistics                     : message
            ResourceStatistics.RateStatistics.rx_rate             : optional mesos.v1.ResourceStatistics.RatePercentiles = 1
            ResourceStatistics.RateStatistics.rx_packet_rate      : optional mesos.v1.ResourceStatistics.RatePercentiles = 2
            ResourceStatistics.RateStatistics.rx_drop_rate        : optional mesos.v1.ResourceStatistics.RatePercentiles = 3
            ResourceStatistics.RateStatistics.rx_error_rate       : optional mesos.v1.ResourceStatistics.RatePercentiles = 4
            ResourceStatistics.RateStatistics.tx_rate             : optional mesos.v1.ResourceStatistics.RatePercentiles = 5
            ResourceStatistics.RateStatistics.tx_packet_rate      : optional mesos.v1.ResourceStatistics.RatePercentiles = 6
            ResourceStatistics.RateStatistics.tx_drop_rate        : optional mesos.v1.ResourceStatistics.RatePercentiles = 7
            ResourceStatistics.RateStatistics.tx_error_rate       : optional mesos.v1.ResourceStatistics.RatePercentiles = 8
            ResourceStatistics.RateStatistics.sampling_window_secs   : optional double = 9
            ResourceStatistics.RateStatistics.sampling_interval_secs : optional double = 10
            ResourceStatistics.RatePercentiles                    : message
            ResourceStatistics.RatePercentiles.min                : optional uint64 = 1
            ResourceStatistics.RatePercentiles.max                : optional uint64 = 2
            ResourceStatistics.RatePercentiles.p50                : optional uint64 = 3
            ResourceStatistics.RatePercentiles.p90                : optional uint64 = 4
            ResourceStatistics.RatePercentiles.p95                : optional uint64 = 5
            ResourceStatistics.RatePercentiles.p99                : optional uint64 = 6
            ResourceStatistics.RatePercentiles.p999               : optional uint64 = 7
            ResourceStatistics.RatePercentiles.p9999              : optional uint64 = 8
            ResourceStatistics.RatePercentiles.samples            : optional uint64 = 9
            """.lines()
            .map(line -> line.split("\\s+: "))
            .collect(Collectors.toMap(row -> "mesos.v1." + row[0], row -> row[1]));

    private static final GeneratedTypes OURS = OurTypes.generated();
    private static MesosOracle theirs;

    @BeforeAll
    static void load() throws IOException, ReflectiveOperationException {
        theirs = new MesosOracle(Path.of(System.getProperty("oracle.directory", "target/oracle")));
    }

    @AfterAll
    static void unload() throws IOException {
        theirs.close();
    }

    @Test
    void hasEveryMessageOfMesos() {
        assertThat(theirs.messages()).hasSize(MESSAGES_OF_MESOS);
        assertThat(OURS.messages()).containsAll(theirs.messages());
    }

    @Test
    void agreesOnNamesNumbersTypesLabelsAndDefaults() {
        assertThat(differences(theirs.schema(), OURS.schema())).containsExactlyInAnyOrderEntriesOf(ADDED);
    }

    @Test
    void agreesOnTheOrderOfFields() {
        theirs.fieldOrder()
                .forEach((message, fields) -> assertThat(OURS.fieldOrder().get(message))
                        .filteredOn(field -> !ADDED.containsKey(field))
                        .containsExactlyElementsOf(fields));
    }

    @Test
    void mesosReadsWhatWeWrite() {
        for (var message : theirs.messages()) {
            for (long seed = 0; seed < SAMPLES_OF_EACH; seed++) {
                var bytes = OURS.random(message, seed, ADDED.keySet());

                assertThat(theirs.rewritten(message, bytes))
                        .as("%s, seed %d", message, seed)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void readsWhatMesosWrites() throws IOException {
        for (var message : theirs.messages()) {
            for (long seed = 0; seed < SAMPLES_OF_EACH; seed++) {
                var bytes = theirs.random(message, seed, Set.of());

                assertThat(OURS.rewritten(message, bytes))
                        .as("%s, seed %d", message, seed)
                        .isEqualTo(bytes);
            }
        }
    }

    /** What ours says where theirs says something else; null where ours says nothing. */
    private static Map<String, String> differences(Map<String, String> theirs, Map<String, String> ours) {
        Set<String> names = new TreeSet<>(theirs.keySet());
        names.addAll(ours.keySet());
        Map<String, String> differences = new TreeMap<>();
        for (var name : names) {
            if (!Objects.equals(theirs.get(name), ours.get(name))) {
                differences.put(name, ours.get(name));
            }
        }
        return differences;
    }
}

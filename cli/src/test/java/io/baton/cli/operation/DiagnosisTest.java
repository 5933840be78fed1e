package io.baton.cli.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.operator.Allocator;
import io.baton.v1.operator.Certificate;
import io.baton.v1.operator.Disk;
import io.baton.v1.operator.KnownMaster;
import io.baton.v1.operator.MasterStatus;
import io.baton.v1.operator.Voter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
    private final TreeMap<String, MasterStatus.Builder> masters = new TreeMap<>();
    private final TreeMap<String, Long> clocks = new TreeMap<>();
    private final List<String> silent = new ArrayList<>();

    DiagnosisTest() {
        for (var name : List.of("a", "b", "c")) {
            var status = MasterStatus.newBuilder()
                    .setName(name)
                    .setIncarnation(name.charAt(0))
                    .setClusterId("cluster")
                    .setVersion("0.1.0")
                    .setTime(0)
                    .setExpectedMasters(3)
                    .setVoterId(name + "-1")
                    .setLeader("a-1")
                    .setAppliedIndex(100)
                    .setAgentsUnreachable(0)
                    .setStoreBytes(0)
                    .setDisk(Disk.newBuilder().setPath("/w").setFreeBytes(50).setTotalBytes(100))
                    .setAllocator(Allocator.newBuilder()
                            .setMaster("b")
                            .setIncarnation('b')
                            .setEpoch(7));
            for (var other : List.of("a", "b", "c")) {
                status.addVoters(
                        Voter.newBuilder().setId(other + "-1").setMaster(other).setAddress(other + ":1"));
                status.addMasters(KnownMaster.newBuilder()
                        .setName(other)
                        .setIncarnation(other.charAt(0))
                        .setVoterId(other + "-1")
                        .setJoinedAt(0));
            }
            masters.put(name, status);
        }
    }

    private void all(Consumer<MasterStatus.Builder> change) {
        masters.values().forEach(change);
    }

    private List<String> found(String... agents) {
        var reports = new ArrayList<Report>();
        masters.forEach((name, status) -> reports.add(
                silent.contains(name)
                        ? new Report("http://" + name, name, Optional.empty(), "connection refused", 0)
                        : new Report(
                                "http://" + name,
                                name,
                                Optional.of(status.build()),
                                "",
                                clocks.getOrDefault(name, 0L))));
        return Diagnosis.of(reports, List.of(agents)).stream()
                .map(finding -> finding.what() + " -> " + finding.todo())
                .toList();
    }

    @Test
    void findsNothingWrongWithThreeMastersThatAgree() {
        assertThat(found()).isEmpty();
    }

    @Test
    void namesAVoterThatDoesNotAnswer() {
        silent.add("c");

        assertThat(found())
                .singleElement()
                .asString()
                .contains("'c' votes but does not answer (connection refused)", "baton operator remove c");
    }

    @Test
    void saysThatAMinorityIsLeft() {
        silent.addAll(List.of("b", "c"));
        all(MasterStatus.Builder::clearLeader);

        assertThat(found().get(0))
                .contains("no master leads the registry", "more than half of the 3 voters", "1 answer");
    }

    @Test
    void saysThatOnlyAMinorityAnswersHere() {
        silent.addAll(List.of("b", "c"));

        assertThat(found().get(0)).contains("only 1 of 3 voters answer here");
    }

    @Test
    void comparesVotersWithWhatIsExpected() {
        all(status -> status.setExpectedMasters(5));
        assertThat(found()).singleElement().asString().contains("has 3 voters, 5 are expected");

        all(status -> status.setExpectedMasters(1));
        assertThat(found()).singleElement().asString().contains("only 1 are expected");
    }

    @Test
    void seesWhoIsBehindNotReadyOrOutOfSpace() {
        masters.get("a").setAppliedIndex(5_000);
        masters.get("b").setAppliedIndex(4_900).setProblem("this master is stopping");
        masters.get("a").setDisk(Disk.newBuilder().setPath("/w").setFreeBytes(4).setTotalBytes(100));

        assertThat(found())
                .hasSize(3)
                .anyMatch(f -> f.contains("'c' is 4900 entries behind"))
                .anyMatch(f -> f.contains("'b' is not ready: this master is stopping"))
                .anyMatch(f -> f.contains("the disk of master 'a' under '/w'"));
    }

    @Test
    void seesAnAllocatorWithoutAnOwner() {
        all(status -> status.getAllocatorBuilder().setIncarnation(1));
        assertThat(found()).singleElement().asString().contains("ended start of master 'b'");

        all(MasterStatus.Builder::clearAllocator);
        assertThat(found()).singleElement().asString().contains("no master has acquired the allocator");
    }

    @Test
    void seesDifferentClustersVersionsAndClocks() {
        masters.get("a").setClusterId("another").setVersion("0.2.0");
        clocks.put("b", -1_500L);
        clocks.put("c", 900L);

        assertThat(found())
                .hasSize(3)
                .anyMatch(f -> f.contains("belong to 2 clusters: another, cluster"))
                .anyMatch(f -> f.contains("different versions: 0.1.0, 0.2.0"))
                .anyMatch(f -> f.contains("clocks differ by 2400 ms"));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, has expired",
        "0, expires in 0 days",
        "86400000, expires in 1 days",
        "1209599999, expires in 13 days",
        "1209600000, ",
    })
    void seesCertificatesThatExpireSoon(long after, String words) {
        long now = 1_700_000_000_000L;
        masters.get("b")
                .setTime(now)
                .addCertificates(Certificate.newBuilder()
                        .setSection("baton.tls.links")
                        .setPath("/etc/links.pem")
                        .setExpires(now + after));

        assertThat(found())
                .hasSize(words == null ? 0 : 1)
                .allMatch(f ->
                        f.startsWith("the certificate of master 'b' in '/etc/links.pem' (baton.tls.links) " + words));
    }

    @Test
    void namesAgentsThatTheRegistryHoldsForUnreachable() {
        masters.get("a").setAppliedIndex(101).setAgentsUnreachable(3);
        assertThat(found()).singleElement().asString().startsWith("3 agents are unreachable -> ");

        for (var host : List.of("h1", "h2")) {
            masters.get("a")
                    .addAgentsLostBuilder()
                    .setHostname(host)
                    .setId("id-" + host)
                    .setSince(0);
        }
        assertThat(found())
                .singleElement()
                .asString()
                .startsWith("3 agents are unreachable: h1 (id-h1), h2 (id-h2), … -> look at these hosts")
                .contains("MARK_AGENT_GONE");
    }

    @Test
    void seesAgentsThatAreAwayAndAFullStore() {
        all(status -> status.setStoreBytes(60L << 20));

        assertThat(found("h1", "h2"))
                .hasSize(2)
                .anyMatch(f -> f.contains("2 agents cannot be reached: h1, h2"))
                .anyMatch(f -> f.contains("60 MiB in the state store"));
    }
}

package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.Kill;
import io.baton.link.Register;
import io.baton.resourcemanager.allocation.Bundles;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A role takes back what another holds of an agent. */
class LedgerPreemptionTest {
    private static final AgentId AGENT = new AgentId("A");
    private static final FrameworkId F = new FrameworkId("f");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .build();
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final AgentLedger ledger = new AgentLedger(
            AGENT, new LedgerRules("m", Duration.ofMinutes(2), Duration.ofSeconds(75)), new Grant(1, 0, "c"), T0);
    private long proposals;

    @BeforeEach
    void isThere() {
        var register = Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("h")
                        .addAllResources(
                                Bundles.of("cpus:4 mem:400 cpus(batch):4").toProto("")))
                .setNumber(1)
                .setEpoch(0)
                .setVersion("1");
        ledger.register(register.build(), "10.0.0.1", 1, T0);
    }

    private OfferId offered(String role, String resources) {
        var effects = ledger.offer(F, role, Bundles.of(resources), 1, ++proposals, T0);
        return effects.stream()
                .filter(LedgerEffect.Granted.class::isInstance)
                .map(e -> OfferId.fromProto(((LedgerEffect.Granted) e).offer().getId()))
                .findFirst()
                .orElseThrow();
    }

    private void launch(String task, String role, String resources) {
        var launch = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        launch.getLaunchBuilder()
                .addTaskInfos(TaskInfo.newBuilder()
                        .setName(task)
                        .setTaskId(new TaskId(task).toProto())
                        .setAgentId(AGENT.toProto())
                        .addAllResources(Bundles.of(resources).toProto("")));
        ledger.accept(INFO, List.of(offered(role, resources)), List.of(launch.build()), Duration.ZERO);
    }

    private static AgentProtocol.Reclaim reclaim(String wanted) {
        return new AgentProtocol.Reclaim(F, "batch", Bundles.of(wanted), "prod", DEADLINE, 1);
    }

    private static AgentProtocol.Preempt preempt(String wanted, int most) {
        return new AgentProtocol.Preempt(F, "batch", Bundles.of(wanted), "prod", most, 1);
    }

    private static List<InverseOffer> asked(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.ToFramework.class::isInstance)
                .map(e -> ((LedgerEffect.ToFramework) e).message())
                .filter(FrameworkProtocol.InverseOffered.class::isInstance)
                .flatMap(m -> ((FrameworkProtocol.InverseOffered) m).offers().stream())
                .toList();
    }

    private static List<Kill> kills(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.ToLink.class::isInstance)
                .map(e -> ((LedgerEffect.ToLink) e).frame().getKill())
                .toList();
    }

    private static String killed(List<LedgerEffect> effects) {
        return kills(effects).stream().map(k -> k.getTaskId().getValue()).collect(Collectors.joining(" "));
    }

    private static Optional<AllocatorProtocol.Preempted> answer(List<LedgerEffect> effects) {
        return effects.stream()
                .filter(LedgerEffect.ToAllocator.class::isInstance)
                .map(e -> ((LedgerEffect.ToAllocator) e).message())
                .filter(AllocatorProtocol.Preempted.class::isInstance)
                .map(AllocatorProtocol.Preempted.class::cast)
                .findFirst();
    }

    @Test
    void offersEndFirstAndNobodyIsAskedIfTheyAreEnough() {
        launch("t", "batch", "cpus:1 mem:100");
        var offer = offered("batch", "cpus:2 mem:200");
        var effects = ledger.reclaim(reclaim("cpus:2 mem:100"), T0);

        assertThat(effects).contains(new LedgerEffect.Rescinded(F, List.of(offer)));
        assertThat(asked(effects)).isEmpty();
    }

    @Test
    void theFrameworkIsAskedForWhatIsWantedUntilThen() {
        launch("t", "batch", "cpus:2 mem:200");
        var offers = asked(ledger.reclaim(reclaim("cpus:1 mem:100"), T0));

        assertThat(offers).singleElement().satisfies(one -> {
            assertThat(one.getFrameworkId()).isEqualTo(F.toProto());
            assertThat(one.getAgentId()).isEqualTo(AGENT.toProto());
            assertThat(Resources.fromProto(one.getResourcesList())).isEqualTo(Bundles.of("cpus:1 mem:100"));
            assertThat(one.getResources(0).getAllocationInfo().getRole()).isEqualTo("batch");
            assertThat(one.getUnavailability().getStart().getNanoseconds())
                    .isEqualTo(T0.plus(DEADLINE).getEpochSecond() * 1_000_000_000L);
        });
        assertThat(asked(ledger.tick(T0.plusSeconds(1)))).as("said again").isEqualTo(offers);
        assertThat(asked(ledger.reclaim(reclaim("cpus:1 mem:100"), T0)))
                .as("a copy changes nothing")
                .isEmpty();
        var over = OfferId.fromProto(offers.get(0).getId());
        assertThat(ledger.tick(T0.plus(DEADLINE)))
                .contains(new LedgerEffect.ToFramework(F, new FrameworkProtocol.InverseRescinded(List.of(over))));
    }

    @ParameterizedTest(name = "{0}, at most {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1            | 9 | new
            cpus:1 mem:100    | 9 | new
            cpus:1 mem:101    | 9 | new middle
            cpus:2 mem:10     | 9 | new middle
            cpus:9            | 9 | new middle old
            cpus:9            | 2 | new middle
            cpus:9            | 0 |
            gpus:1            | 9 |
            """)
    void theNewestTasksEndAndNoMoreThanAreNeeded(String wanted, int most, String ended) {
        launch("old", "batch", "cpus:1 mem:100");
        launch("middle", "batch", "cpus:1 mem:100");
        launch("new", "batch", "cpus:1 mem:100");
        launch("other", "prod", "cpus:1 mem:100");
        launch("reserved", "batch", "cpus(batch):1");

        var effects = ledger.preempt(preempt(wanted, most));

        assertThat(killed(effects)).isEqualTo(ended == null ? "" : ended);
        assertThat(answer(effects))
                .contains(new AllocatorProtocol.Preempted(AGENT, most, ended == null ? 0 : ended.split(" ").length));
    }

    @Test
    void theTaskHearsWhy() {
        launch("t", "batch", "cpus:1 mem:100");
        assertThat(kills(ledger.preempt(preempt("cpus:1", 1)))).singleElement().satisfies(kill -> {
            assertThat(kill.getPreempted()).isEqualTo("role 'prod' takes back cpus:1 from role 'batch'");
            assertThat(kill.getEpoch()).isEqualTo(1);
        });
    }

    @Test
    void whatIsOnOfferIsTakenBeforeTasks() {
        launch("t", "batch", "cpus:1 mem:100");
        offered("batch", "cpus:1");
        assertThat(killed(ledger.preempt(preempt("cpus:1", 9)))).isEmpty();
    }

    @Test
    void anOlderAllocatorIsNotObeyed() {
        launch("t", "batch", "cpus:1 mem:100");
        ledger.offer(F, "batch", Bundles.of("cpus:1"), 2, 1, T0);
        assertThat(ledger.preempt(preempt("cpus:1", 9))).isEmpty();
        assertThat(ledger.reclaim(reclaim("cpus:1"), T0)).isEmpty();
    }

    @Test
    void nothingIsTakenOfAnAgentThatIsToBeEmptiedOrIsAway() {
        launch("t", "batch", "cpus:1 mem:100");
        ledger.planned(new HostPlan(true, Optional.empty(), Optional.empty(), false), T0);
        assertThat(ledger.preempt(preempt("cpus:1", 9))).isEmpty();
        ledger.planned(HostPlan.NONE, T0);
        ledger.linkLost(T0);
        assertThat(ledger.preempt(preempt("cpus:1", 9))).isEmpty();
    }
}

package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.resource.Resources;
import io.baton.core.time.SteadyClock;
import io.baton.resourcemanager.Clocks;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.ownership.RegistryAuthority;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AllocatorActorTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(75);
    private static final RoleSettings LIMITED = new RoleSettings(
            List.of(),
            List.of(QuotaConfig.newBuilder()
                    .setRole("r")
                    .putLimits("cpus", Value.Scalar.newBuilder().setValue(10).build())
                    .build()),
            1,
            1);
    private static final Resources CPUS = Resources.scalars(Map.of("cpus", 4.0, "mem", 1024.0));

    private final TestProbe<AgentProtocol> agents = KIT.createTestProbe(AgentProtocol.class);
    private final TestProbe<RoleProtocol> roles = KIT.createTestProbe(RoleProtocol.class);
    private final TestProbe<String> called = KIT.createTestProbe(String.class);
    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private final MasterMetrics metrics = new MasterMetrics(new PrometheusRegistry());

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private static AllocatorProtocol agent(String id) {
        return new AllocatorProtocol.AgentChanged(
                new AgentId(id),
                AgentInfo.newBuilder().setHostname("h").build(),
                CPUS,
                CPUS,
                List.of(),
                0,
                List.of(),
                0);
    }

    private ActorRef<AllocatorProtocol> allocator(AllocationRules rules) {
        return allocator(rules, SteadyClock.ofHost(), RoleSettings.NONE);
    }

    private ActorRef<AllocatorProtocol> allocator(AllocationRules rules, SteadyClock clock, RoleSettings settings) {
        var authority = new RegistryAuthority(CompletableFuture.completedFuture(registrar), a -> "s", metrics);
        var allocator = KIT.spawn(AllocatorActor.create(
                rules,
                new AllocatorActor.Neighbours(
                        (id, message) -> agents.ref().tell(message), roles.ref(), Behaviors.setup(context -> {
                            called.ref().tell("everyone");
                            return Behaviors.stopped();
                        })),
                clock,
                metrics,
                authority,
                UNREACHABLE_AFTER));
        roles.receiveMessage(PATIENCE);
        allocator.tell(new AllocatorProtocol.RolesSet(settings));
        return allocator;
    }

    private static AllocatorProtocol framework(String role) {
        return framework("f", role);
    }

    private static AllocatorProtocol framework(String id, String role) {
        return new AllocatorProtocol.FrameworkChanged(
                new FrameworkId(id),
                FrameworkInfo.newBuilder()
                        .setUser("u")
                        .setName(id)
                        .addRoles(role)
                        .build(),
                List.of(role),
                List.of(),
                Optional.empty());
    }

    @Test
    void aNewOneHasAllCalledThatHaveNothingNewToSayOfThemselves() {
        allocator(AllocationRules.DEFAULT);

        called.expectMessage(PATIENCE, "everyone");
        called.expectNoMessage();
    }

    @Test
    void whatARoleTakesBackIsSaidUnderTheEpochAndCounted() {
        var d = AllocationRules.DEFAULT;
        var preemption = new PreemptionRules(
                true,
                new TreeMap<>(Map.of("prod", 1)),
                new OfferFloor.Quantity(new TreeMap<>(Map.of("cpus", 1000L))),
                Duration.ZERO,
                Duration.ZERO,
                5,
                Duration.ofMinutes(1),
                1);
        var allocator = allocator(new AllocationRules(
                d.roleOrder(),
                d.frameworkOrder(),
                d.seed(),
                d.notShared(),
                d.floor(),
                d.filterGpus(),
                d.region(),
                d.backOff(),
                preemption));
        var batch = new AllocatorProtocol.Holding(new FrameworkId("b"), "batch", CPUS);
        allocator.tell(new AllocatorProtocol.AgentChanged(
                new AgentId("S1"),
                AgentInfo.newBuilder().setHostname("h").build(),
                CPUS,
                Resources.EMPTY,
                List.of(batch),
                0,
                List.of(),
                0));
        allocator.tell(framework("prod"));

        TIME.timePasses(AllocatorActor.BATCH);
        var asked = agents.expectMessageClass(AgentProtocol.Reclaim.class, PATIENCE);
        var one = Resources.scalars(Map.of("cpus", 1.0));
        assertThat(asked)
                .isEqualTo(new AgentProtocol.Reclaim(
                        new FrameworkId("b"), "batch", one, "prod", Duration.ZERO, asked.allocator()));
        assertThat(asked.allocator()).isPositive();
        TIME.timePasses(AllocatorActor.BATCH);
        agents.expectMessage(
                PATIENCE, new AgentProtocol.Preempt(new FrameworkId("b"), "batch", one, "prod", 5, asked.allocator()));
        allocator.tell(new AllocatorProtocol.Preempted(new AgentId("S1"), 5, 2));
        var explained = KIT.createTestProbe(AllocatorProtocol.Explained.class);
        allocator.tell(new AllocatorProtocol.Explain(new FrameworkId("f"), "", one, 1, explained.ref()));
        explained.receiveMessage(PATIENCE);

        assertThat(metrics.counts())
                .containsEntry("allocator/preemption/reclaims", 1L)
                .containsEntry("allocator/preemption/tasks", 2L);
    }

    @Test
    void roundsAreCounted() {
        var allocator = allocator(AllocationRules.DEFAULT);
        allocator.tell(framework("*"));
        allocator.tell(agent("S1"));
        TIME.timePasses(AllocatorActor.BATCH);
        agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);

        assertThat(metrics.counts().get("allocator/mesos/allocation_runs")).isPositive();
        TIME.timePasses(AllocatorActor.BATCH);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(metrics.gauges())
                .containsKeys("allocator/mesos/allocation_run_ms", "allocator/mesos/allocation_run_latency_ms")
                .containsEntry("allocator/mesos/resources/cpus/total", 4.0));
    }

    private void admit(String... ids) {
        for (var id : ids) {
            var info = AgentInfo.newBuilder().setHostname("h").setId(new AgentId(id).toProto());
            registrar.propose(
                    Command.newBuilder().setAdmitAgent(AdmitAgent.newBuilder().setInfo(info)));
        }
    }

    /** What it does not know yet would make a quota too high, or not low enough, and whoever sees 400 does not ask again. */
    @Test
    void quotasAreNotJudgedBeforeAllAgentsAreHeardOf() {
        admit("S1");
        var allocator = allocator(AllocationRules.DEFAULT);
        var quota = QuotaConfig.newBuilder()
                .setRole("r")
                .putGuarantees("cpus", Value.Scalar.newBuilder().setValue(3).build())
                .build();
        var answer = KIT.createTestProbe(CallAnswer.class);
        var question = new AllocatorProtocol.JudgeQuotas(List.of(quota), List.of(quota), answer.ref());

        allocator.tell(question);
        assertThat(answer.receiveMessage(PATIENCE).status()).isEqualTo(503);
        allocator.tell(agent("S1"));
        allocator.tell(question);
        assertThat(answer.receiveMessage(PATIENCE)).isEqualTo(CallAnswer.OK);
    }

    /** What the role holds on an agent that is not heard of yet counts against its limit. */
    @Test
    void whereAQuotaIsSetANewOneOffersNothingBeforeItHasHeardOfAllAgents() {
        admit("S1", "S2");
        var allocator = allocator(AllocationRules.DEFAULT, SteadyClock.ofHost(), LIMITED);
        allocator.tell(framework("r"));
        allocator.tell(agent("S1"));
        TIME.expectNoMessageFor(AllocatorActor.BATCH.multipliedBy(2), agents);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metrics.gauges()).containsEntry(AllocatorActor.AWAITED, 1.0));
        allocator.tell(new AllocatorProtocol.AgentGone(new AgentId("S2"), true));
        TIME.expectNoMessageFor(AllocatorActor.BATCH, agents);

        var held = new AllocatorProtocol.Holding(new FrameworkId("f"), "r", Resources.scalars(Map.of("cpus", 9.0)));
        allocator.tell(new AllocatorProtocol.AgentChanged(
                new AgentId("S2"),
                AgentInfo.newBuilder().setHostname("h").build(),
                Resources.scalars(Map.of("cpus", 9.0)),
                Resources.EMPTY,
                List.of(held),
                0,
                List.of(),
                0));
        TIME.timePasses(AllocatorActor.BATCH);
        assertThat(agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE)
                        .resources()
                        .millis("cpus"))
                .isEqualTo(1000);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metrics.gauges()).containsEntry(AllocatorActor.AWAITED, 0.0));
    }

    @Test
    void aRoleWithoutALimitDoesNotWaitForAgentsThatAreNotHeardOf() {
        admit("S1", "S2");
        var now = Instant.parse("2026-01-01T00:00:00Z");
        var allocator = allocator(AllocationRules.DEFAULT, Clocks.going(() -> now), LIMITED);
        allocator.tell(framework("f", "r/below"));
        allocator.tell(framework("g", "free"));
        allocator.tell(agent("S1"));
        TIME.timePasses(AllocatorActor.BATCH);

        assertThat(agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE)
                        .role())
                .isEqualTo("free");
        TIME.expectNoMessageFor(AllocatorActor.BATCH, agents);

        allocator.tell(new AllocatorProtocol.FrameworkGone(new FrameworkId("g")));
        allocator.tell(agent("S2"));
        TIME.timePasses(AllocatorActor.BATCH);
        assertThat(agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE)
                        .role())
                .isEqualTo("r/below");
    }

    @Test
    void withoutQuotasOffersBeginAtOnce() {
        admit("S1", "S2");
        var allocator = allocator(AllocationRules.DEFAULT);
        allocator.tell(framework("r"));
        allocator.tell(agent("S1"));
        TIME.timePasses(AllocatorActor.BATCH);
        agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);
    }

    @Test
    void anAgentThatIsNotHeardOfKeepsOffersBackNoLongerThanUntilItIsMarked() {
        admit("S1", "S2");
        var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        var allocator = allocator(AllocationRules.DEFAULT, Clocks.going(now::get), LIMITED);
        allocator.tell(framework("r"));
        allocator.tell(agent("S1"));
        now.updateAndGet(at -> at.plus(UNREACHABLE_AFTER));
        TIME.expectNoMessageFor(AllocatorActor.BATCH.multipliedBy(2), agents);

        now.updateAndGet(at -> at.plus(AllocatorActor.MARKED_WITHIN));
        TIME.timePasses(AllocatorActor.BATCH);
        agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);
    }

    @Test
    void withoutAMajorityItWaitsAndGoesOnUnderTheSameEpoch() {
        var allocator = allocator(AllocationRules.DEFAULT);
        allocator.tell(framework("*"));
        allocator.tell(agent("S1"));
        TIME.timePasses(AllocatorActor.BATCH);
        var first = agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);

        registrar.available(false);
        TIME.timePasses(AllocatorActor.BATCH);
        allocator.tell(agent("S2"));
        TIME.expectNoMessageFor(AllocatorActor.BATCH.multipliedBy(2), agents);

        registrar.available(true);
        TIME.timePasses(AllocatorActor.BATCH);
        TIME.timePasses(AllocatorActor.BATCH);
        var second = agents.expectMessageClass(AgentProtocol.Propose.class, PATIENCE);
        assertThat(second.allocator()).isEqualTo(first.allocator());
        assertThat(second.number()).isGreaterThan(first.number());
    }
}

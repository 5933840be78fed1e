package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.DomainInfo;
import io.baton.v1.FrameworkInfo.Capability;
import io.baton.v1.OfferFilters;
import io.baton.v1.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is offered to whom, and what is not: the behaviours of Mesos's allocator tests without quota. */
class OfferingTest {
    private static final Duration DAY = Duration.ofDays(1);
    private final Stage stage = new Stage();

    @ParameterizedTest(name = "of {0}, a framework in {1} without {2} is offered {3}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1 mem:64                         | a   |        | cpus:1; mem:64
            cpus:1 mem:64 cpus(a):2               | a   |        | cpus:1; cpus(a):2; mem:64
            cpus:1 mem:64 cpus(a):2               | a/b |        | cpus:1; cpus(a):2; mem:64
            cpus:1 mem:64 cpus(a/b):2             | a   |        | cpus:1; mem:64
            cpus:1 mem:64 cpus(b):2               | a   |        | cpus:1; mem:64
            cpus(b):2                             | a   |        |
            cpus:1 mem:64 cpus(a)(a/b):2          | a/b |        | cpus:1; cpus(a)(a/b):2; mem:64
            cpus:1 mem:64 cpus(a)(a/b):2          | a/b | RESERVATION_REFINEMENT | cpus:1; mem:64
            cpus:1 mem:64 cpus{REV}:3             | a   |        | cpus:1; cpus{REV}:3; mem:64
            cpus:1 mem:64 cpus{REV}:3             | a   | REVOCABLE_RESOURCES | cpus:1; mem:64
            cpus:1 mem:64 gpus:1                  | a   |        | cpus:1; gpus:1; mem:64
            cpus:1 mem:64 gpus:1                  | a   | GPU_RESOURCES |
            cpus:1 mem:64 disk(a)[v]<S>:5         | a   |        | cpus:1; disk(a)[v]<SHARED>:5; mem:64
            cpus:1 mem:64 disk(a)[v]<S>:5         | a   | SHARED_RESOURCES | cpus:1; mem:64
            cpus:1 mem:64 disk(a)[v]:5            | a   |        | cpus:1; disk(a)[v]:5; mem:64
            cpus:0.009 mem:31                     | a   |        |
            cpus:0.01                             | a   |        | cpus:0.01
            mem:32                                | a   |        | mem:32
            disk:1000                             | a   |        |
            cpus(a):0.01                          | a   |        | cpus(a):0.01
            """)
    void offersWhatARoleMayHaveAndAFrameworkKnows(String agent, String role, Capability.Type missing, String offered) {
        stage.framework("f", List.of(role), List.of(), missing == null ? Stage.without() : Stage.without(missing))
                .agent("x", agent);

        assertThat(stage.round()).isEqualTo(offered == null ? "" : "x>f/" + role + " " + offered);
    }

    @Test
    void whoLearnsACapabilityIsOfferedWhatItNeverRefused() {
        stage.framework("f", List.of("a/b"), List.of(), Stage.without(Capability.Type.RESERVATION_REFINEMENT))
                .agent("x", "cpus:1 mem:64 cpus(a)(a/b):2");
        assertThat(stage.round()).isEqualTo("x>f/a/b cpus:1; mem:64");
        stage.decline("x", "f", DAY);
        assertThat(stage.round()).isEmpty();

        stage.framework("f", "a/b");

        assertThat(stage.round()).isEqualTo("x>f/a/b cpus:1; cpus(a)(a/b):2; mem:64");
    }

    @Test
    void whatIsLeftOfAnAgentGoesToOthers() {
        stage.framework("f1", "a").framework("f2", "b").agent("x", "cpus:1 mem:64 cpus(b):2 cpus(c):3");
        assertThat(stage.round()).isEqualTo("x>f1/a cpus:1; mem:64, x>f2/b cpus(b):2");
    }

    @Test
    void aFrameworkThatCannotTakeAnAgentDoesNotStopTheNext() {
        stage.framework("f1", List.of("a"), List.of(), Stage.without(Capability.Type.GPU_RESOURCES))
                .framework("f2", "b")
                .agent("x", "cpus:1 mem:64 gpus:1");
        assertThat(stage.who()).isEqualTo("x>f2");
    }

    @ParameterizedTest(name = "masters in {0}, agent in {1}, region aware {2}: offered {3}")
    @CsvSource({
        "here, here, false, true",
        "here, there, false, false",
        "here, there, true, true",
        "here, , false, true",
        ", there, false, true"
    })
    void keepsAgentsOfOtherRegionsForThoseWhoKnowRegions(String masters, String agent, boolean aware, boolean offered) {
        var rules = new AllocationRules(
                AllocationRules.Order.DRF,
                AllocationRules.Order.DRF,
                1,
                Collections.emptySortedSet(),
                OfferFloor.DEFAULT,
                true,
                Optional.ofNullable(masters),
                false,
                PreemptionRules.OFF);
        var one = new Stage(rules)
                .framework(
                        "f",
                        List.of("r"),
                        List.of(),
                        aware ? Stage.without() : Stage.without(Capability.Type.REGION_AWARE))
                .agent("x", "cpus:1 mem:64", info -> agent == null ? info : info.setDomain(domain(agent)));

        assertThat(!one.round().isEmpty()).isEqualTo(offered);
    }

    private static DomainInfo domain(String region) {
        var fault = DomainInfo.FaultDomain.newBuilder();
        fault.getRegionBuilder().setName(region);
        fault.getZoneBuilder().setName("z");
        return DomainInfo.newBuilder().setFaultDomain(fault).build();
    }

    @ParameterizedTest(name = "own floor {0}, agent {1}: offered {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:2                 | cpus:1 mem:64    | false
            cpus:2                 | cpus:2 mem:64    | true
            cpus:2 mem:100         | cpus:2 mem:64    | false
            cpus:2, mem:50         | cpus:1 mem:64    | true
            any                    | disk:1           | true
            nothing                | disk:1           | true
            none                   | disk:1           | false
            """)
    void aFrameworksOwnFloorReplacesTheGlobalOne(String floor, String agent, boolean offered) {
        stage.framework("f", List.of("r"), List.of(), info -> {
                    if (!floor.equals("none")) {
                        info.putOfferFilters("r", filters(floor));
                    }
                    return info;
                })
                .agent("x", agent);
        assertThat(!stage.round().isEmpty()).isEqualTo(offered);
    }

    private static OfferFilters filters(String floor) {
        var all = OfferFilters.MinAllocatableResources.newBuilder();
        if (!floor.equals("any")) {
            for (var set : floor.split(",")) {
                var one = OfferFilters.ResourceQuantities.newBuilder();
                Bundles.of(set)
                        .scalarMillis()
                        .forEach((name, millis) -> one.putQuantities(
                                name,
                                Value.Scalar.newBuilder()
                                        .setValue(millis / 1000.0)
                                        .build()));
                all.addQuantities(one);
            }
        }
        return OfferFilters.newBuilder().setMinAllocatableResources(all).build();
    }

    @Test
    void aDeclinedOfferGoesToTheNextAndComesBackWhenTheFilterEnds() {
        stage.framework("f1", "r").framework("f2", "r").agent("x", "cpus:1 mem:64");
        assertThat(stage.who()).isEqualTo("x>f1");
        stage.decline("x", "f1", Duration.ofSeconds(5));
        assertThat(stage.who()).isEqualTo("x>f2");
        stage.decline("x", "f2", DAY);
        assertThat(stage.who()).isEmpty();

        stage.pass(Duration.ofSeconds(4));
        assertThat(stage.who()).isEmpty();
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.who()).isEqualTo("x>f1");
    }

    @Test
    void aFilterLetsMorePassButNotLess() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:64").holding("x", "old", "r", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; mem:64");
        stage.decline("x", "f", DAY).release("x", "old", "cpus:1");
        assertThat(stage.round()).as("three cpus are more than two").isEqualTo("x>f/r cpus:3; mem:64");
        stage.decline("x", "f", DAY);
        stage.holding("x", "other", "r", "cpus:1");
        assertThat(stage.round()).as("both filters cover it").isEmpty();
    }

    /** Found by the fairness benchmark: a filter for what was left kept the framework from all that came back. */
    @Test
    void aFilterForLittleDoesNotHideWhatComesBack() {
        stage.framework("f", "r").agent("x", "cpus:2 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; mem:64");
        stage.release("x", "f", "mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r mem:64");
        stage.release("x", "f", "mem:64");
        stage.allocator.filter(
                new io.baton.core.protocol.AllocatorProtocol.Filter(
                        new io.baton.core.id.FrameworkId("f"),
                        "r",
                        new io.baton.core.id.AgentId("x"),
                        Bundles.of("mem:64"),
                        DAY,
                        false),
                stage.now);
        assertThat(stage.round()).as("refused").isEmpty();
        stage.release("x", "f", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; mem:64");
    }

    @Test
    void aFilterIsOfOneRoleAndOneAgent() {
        stage.framework("f", "r1", "r2").agent("x", "cpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r1 cpus:1; mem:64");
        stage.decline("x", "f", DAY);
        assertThat(stage.round()).isEqualTo("x>f/r2 cpus:1; mem:64");
        stage.decline("x", "f", DAY);
        assertThat(stage.round()).isEmpty();
        stage.agent("y", "cpus:1 mem:64");
        assertThat(stage.who()).isEqualTo("y>f");
    }

    @Test
    void reviveForgetsTheFiltersOfTheRolesNamed() {
        stage.framework("f", "r1", "r2").agent("x", "cpus:1 mem:64");
        stage.round();
        stage.decline("x", "f", DAY);
        stage.round();
        stage.decline("x", "f", DAY);

        stage.revive("f", "r2");
        assertThat(stage.round()).isEqualTo("x>f/r2 cpus:1; mem:64");
    }

    @Test
    void filtersEndWithTheSubscription() {
        stage.framework("f", "r").agent("x", "cpus:1 mem:64");
        stage.round();
        stage.decline("x", "f", DAY).unsubscribe("f");
        assertThat(stage.round()).isEmpty();
        stage.framework("f", "r");
        assertThat(stage.who()).isEqualTo("x>f");
    }

    @Test
    void filtersEndWhenTheAgentChanges() {
        stage.framework("f", "r").agent("x", "cpus:1 mem:64");
        stage.round();
        stage.decline("x", "f", DAY);
        stage.agent("x", "cpus:1 mem:64", info -> info.setHostname("renamed"));
        assertThat(stage.who()).isEqualTo("x>f");
    }

    @Test
    void aSuppressedRoleIsOfferedNothingUntilItIsRevived() {
        stage.framework("f", List.of("r1", "r2"), List.of("r1"), i -> i).agent("x", "cpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r2 cpus:1; mem:64");
        stage.decline("x", "f", DAY);
        assertThat(stage.round()).isEmpty();
        stage.framework("f", "r1", "r2");
        assertThat(stage.round()).isEqualTo("x>f/r1 cpus:1; mem:64");
    }

    @Test
    void aSharedVolumeIsOfferedToSeveral() {
        stage.framework("f1", "r").agent("x", "cpus:2 mem:128 disk(r)[v]<S>:5");
        assertThat(stage.round()).isEqualTo("x>f1/r cpus:2; disk(r)[v]<SHARED>:5; mem:128");
        stage.release("x", "f1", "cpus:1 mem:64").framework("f2", "r");
        assertThat(stage.round()).isEqualTo("x>f2/r cpus:1; disk(r)[v]<SHARED>:5; mem:64");
    }

    @Test
    void anAgentThatComesBackIsOfferedAgain() {
        stage.framework("f", "r").agent("x", "cpus:1 mem:64");
        assertThat(stage.who()).isEqualTo("x>f");
        stage.gone("x");
        assertThat(stage.who()).isEmpty();
        stage.agent("x", "cpus:1 mem:64");
        assertThat(stage.who()).isEqualTo("x>f");
    }

    @Test
    void aProposalWithoutAnAnswerGoesOutAgainUnderItsNumber() {
        stage.framework("f", "r").agent("x", "cpus:1 mem:64");
        var first = stage.allocator.propose(stage.now);
        assertThat(first).hasSize(1);

        var sent = new ArrayList<Integer>();
        for (int second = 0; second <= 22; second++) {
            if (!stage.allocator.propose(stage.now.plusSeconds(second)).isEmpty()) {
                sent.add(second);
            }
        }
        assertThat(sent).as("1 s later, then 2, 4, and 5 at most").containsExactly(1, 3, 7, 12, 17, 22);
    }

    @Test
    void aNewAllocatorNumbersItsProposalsAboveThoseAnsweredAlready() {
        var facts = new io.baton.core.protocol.AllocatorProtocol.AgentChanged(
                new io.baton.core.id.AgentId("x"),
                io.baton.v1.AgentInfo.getDefaultInstance(),
                Bundles.of("cpus:1 mem:64"),
                Bundles.of("cpus:1 mem:64"),
                List.of(),
                41,
                List.of(),
                0);
        stage.framework("f", "r");
        stage.allocator.agentChanged(facts);
        assertThat(stage.allocator.propose(stage.now)).singleElement().satisfies(p -> assertThat(p.number())
                .isEqualTo(42));
    }

    @Test
    void whoOnlyDeclinesIsAskedLessOftenIfOthersWait() {
        var one = new Stage(backingOff()).framework("f", "r").framework("busy", "s");
        one.agent("x", "cpus:1 mem:64").agent("y", "cpus:1 mem:64").holding("y", "busy", "s", "cpus:1 mem:64");
        one.allocator.filter(
                new io.baton.core.protocol.AllocatorProtocol.Filter(
                        new io.baton.core.id.FrameworkId("busy"),
                        "s",
                        new io.baton.core.id.AgentId("x"),
                        Bundles.of("cpus:1 mem:64"),
                        DAY,
                        false),
                one.now);
        long waited = 0;
        for (int i = 0; i < 20; i++) {
            assertThat(one.who()).isEqualTo("x>f");
            one.decline("x", "f", Duration.ofSeconds(5));
            assertThat(one.who()).isEmpty();
            for (waited = 0; !one.allocator.hasChanges(); waited++) {
                one.pass(Duration.ofSeconds(1));
            }
            assertThat(waited).isEqualTo(i < 7 ? 5 : i < 9 ? 10 : i < 11 ? 20 : i < 13 ? 40 : 60);
        }
        one.who();
        one.decline("x", "f", Duration.ofSeconds(5)).revive("f", "r");
        one.who();
        one.decline("x", "f", Duration.ofSeconds(5));
        one.who();
        one.pass(Duration.ofSeconds(5));
        assertThat(one.who()).isEqualTo("x>f");
    }

    private static AllocationRules backingOff() {
        return new AllocationRules(
                AllocationRules.Order.DRF,
                AllocationRules.Order.DRF,
                1,
                Collections.emptySortedSet(),
                OfferFloor.DEFAULT,
                true,
                Optional.empty(),
                true,
                PreemptionRules.OFF);
    }

    /** In Mesos the next batch, a second later, would ask it again. */
    @ParameterizedTest(name = "with others there: {0}")
    @CsvSource({"false, 1", "true, 2"})
    void whoDeclinesAllAgainAndAgainWithoutAFilterIsAskedWithAPause(boolean others, long seconds) {
        var stage = new Stage(backingOff()).framework("f", "r").agent("x", "cpus:1 mem:64");
        if (others) {
            stage.framework("g", List.of("s"), List.of("s"), info -> info);
        }
        for (int i = 0; i < BackOff.ROUNDS; i++) {
            assertThat(stage.who()).isEqualTo("x>f");
            stage.declineAtOnce("x", "f", "r");
        }
        assertThat(stage.who()).isEqualTo("x>f");
        stage.declineAtOnce("x", "f", "r");

        assertThat(stage.who()).isEmpty();
        stage.pass(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(stage.who()).isEmpty();
        stage.pass(Duration.ofMillis(1));
        assertThat(stage.who()).isEqualTo("x>f");
        stage.takes("x", "f", "r").release("x", "f", "cpus:1 mem:64");
        assertThat(stage.who()).as("it takes something").isEqualTo("x>f");
        stage.declineAtOnce("x", "f", "r");
        assertThat(stage.who()).isEqualTo("x>f");
    }

    /** Else a proposal that was long on its way would be granted beside what is proposed in its place. */
    @Test
    void aProposalIsForOneOwnerOfTheAgentAndEndsWithIt() {
        stage.framework("f", "r")
                .agent("x", "cpus:10 mem:64")
                .limit("r", "cpus", 10_000)
                .owner("x", 7);
        var first = stage.allocator.propose(stage.now);
        assertThat(first).singleElement().satisfies(p -> assertThat(p.owner()).isEqualTo(7));
        assertThat(stage.allocator.propose(stage.now)).isEmpty();

        stage.owner("x", 9);

        assertThat(stage.allocator.propose(stage.now)).singleElement().satisfies(p -> {
            assertThat(p.owner()).isEqualTo(9);
            assertThat(p.number()).isGreaterThan(first.get(0).number());
        });
    }

    @Test
    void anOwnerThatAnotherHasFollowedIsNotHeard() {
        stage.framework("f", "r").agent("x", "cpus:10 mem:64").owner("x", 9);
        assertThat(stage.allocator.propose(stage.now)).hasSize(1);
        var late = new io.baton.core.protocol.AllocatorProtocol.AgentChanged(
                new io.baton.core.id.AgentId("x"),
                io.baton.v1.AgentInfo.newBuilder().setHostname("x").build(),
                Bundles.of("cpus:10 mem:64"),
                Bundles.of("cpus:10 mem:64"),
                List.of(),
                0,
                List.of(),
                7);

        stage.allocator.agentChanged(late);

        assertThat(stage.allocator.propose(stage.now))
                .as("it is proposed already")
                .isEmpty();
    }
}

package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes first: the behaviours that Mesos's sorter tests pin down, as far as a user can see them. */
class FairnessTest {
    private final Stage stage = new Stage();

    @Test
    void dominantShareDecidesAmongRoles() {
        stage.framework("f1", "r1").framework("f2", "r2").agent("a1", "cpus:2 mem:1024");
        assertThat(stage.who()).isEqualTo("a1>f1");

        stage.agent("a2", "cpus:1 mem:512");
        assertThat(stage.who()).as("f2 has nothing").isEqualTo("a2>f2");

        stage.agent("a3", "cpus:3 mem:2048");
        assertThat(stage.who()).as("r1 has 2 of 6 cpus, r2 has 1").isEqualTo("a3>f2");

        stage.framework("f3", "r1").agent("a4", "cpus:4 mem:4096");
        assertThat(stage.who()).as("r1 has less than r2, and f3 in it nothing").isEqualTo("a4>f3");
    }

    @Test
    void weightsDivideTheCluster() {
        stage.framework("f1", "r1").framework("f2", "r2").weight("r2", 2);
        for (int i = 0; i < 9; i++) {
            stage.agent("a" + i, "cpus:2 mem:1024");
        }
        var given = stage.who();
        assertThat(given.split(">f1", -1).length - 1).isEqualTo(3);
        assertThat(given.split(">f2", -1).length - 1).isEqualTo(6);
    }

    @Test
    void aChangedWeightCountsFromTheNextDecision() {
        stage.framework("f1", "r1").framework("f2", "r2");
        stage.agent("a1", "cpus:2 mem:1024").agent("a2", "cpus:2 mem:1024");
        assertThat(stage.who()).isEqualTo("a1>f1, a2>f2");

        stage.weight("r2", 2)
                .agent("a3", "cpus:2 mem:1024")
                .agent("a4", "cpus:2 mem:1024")
                .agent("a5", "cpus:2 mem:1024");
        assertThat(stage.who()).isEqualTo("a3>f2, a4>f1, a5>f2");
    }

    @Test
    void amongEqualSharesTheOneWithFewerOffersComesFirst() {
        stage.framework("f1", "r").framework("f2", "r").agent("a1", "cpus:2 mem:1024");
        assertThat(stage.who()).isEqualTo("a1>f1");
        stage.decline("a1", "f1", Duration.ZERO);
        assertThat(stage.who()).isEqualTo("a1>f2");
        stage.decline("a1", "f2", Duration.ZERO);
        assertThat(stage.who()).isEqualTo("a1>f1");
    }

    /** Level by level: {@code a} and {@code b} share evenly however many roles {@code a} has. */
    @ParameterizedTest(name = "{0} get {2} of {1}")
    @CsvSource(delimiter = '|', textBlock = """
            a b          | 4 | a=2 b=2
            a/x a/y b    | 4 | a/x=1 a/y=1 b=2
            a/x a/y b    | 8 | a/x=2 a/y=2 b=4
            a a/x b      | 4 | a=1 a/x=1 b=2
            a a/x a/y b  | 6 | a=1 a/x=1 a/y=1 b=3
            a/x/1 a/x/2 a/y b | 8 | a/x/1=1 a/x/2=1 a/y=2 b=4
            a/b/c/d e    | 6 | a/b/c/d=3 e=3
            *  r         | 4 | *=2 r=2
            """)
    void sharesLevelByLevel(String roles, int agents, String expected) {
        int f = 0;
        for (var role : roles.split(" +")) {
            stage.framework("f" + f++, role);
        }
        for (int i = 0; i < agents; i++) {
            stage.agent("a" + i, "cpus:2 mem:1024");
        }

        var got = new TreeMap<String, Integer>();
        for (var one : stage.round().split(", ")) {
            got.merge(one.replaceAll(".*?/(\\S+) .*", "$1"), 1, Integer::sum);
        }
        assertThat(got.toString().replaceAll("[{},]", "")).isEqualTo(expected);
    }

    @Test
    void whatDescendantsHoldCountsForTheirAncestor() {
        stage.framework("f1", "a/x").framework("f2", "b");
        stage.agent("a1", "cpus:4 mem:1024").agent("a2", "cpus:4 mem:1024");
        stage.holding("a1", "f1", "a/x", "cpus:4 mem:1024");

        stage.framework("f3", "a/y");
        assertThat(stage.who()).as("a has half of all by its other child").isEqualTo("a2>f2");
    }

    @Test
    void aRoleWithNobodyWhoWantsAnythingStandsInNobodysWay() {
        stage.framework("f1", List.of("a"), List.of("a"), i -> i).framework("f2", "b");
        stage.agent("a1", "cpus:2 mem:1024").agent("a2", "cpus:2 mem:1024");
        assertThat(stage.who()).isEqualTo("a1>f2, a2>f2");
    }

    @Test
    void whatAFrameworkHoldsCountsWhileItIsAway() {
        stage.agent("a1", "cpus:6 mem:1024").holding("a1", "f1", "r1", "cpus:4");
        stage.framework("f2", "r1").framework("f3", "r3");
        assertThat(stage.who()).as("r1 is charged for what f1 left running").isEqualTo("a1>f3");
    }

    @Test
    void aFrameworkIsServedInEachOfItsRoles() {
        stage.framework("f1", "r1", "r2").agent("a1", "cpus:2 mem:1024").agent("a2", "cpus:2 mem:1024");
        assertThat(stage.round()).isEqualTo("a1>f1/r1 cpus:2; mem:1024, a2>f1/r2 cpus:2; mem:1024");
    }

    @Test
    void namesThatAreNotSharedDoNotCount() {
        var rules = new AllocationRules(
                AllocationRules.Order.DRF,
                AllocationRules.Order.DRF,
                1,
                new TreeSet<>(List.of("gpus")),
                OfferFloor.DEFAULT,
                true,
                Optional.empty(),
                false,
                PreemptionRules.OFF);
        var one = new Stage(rules).agent("a1", "cpus:10 mem:1024 gpus:2").agent("a2", "cpus:10 mem:1024");
        one.holding("a1", "f1", "r1", "gpus:2 cpus:1").holding("a1", "f2", "r2", "cpus:2");
        one.framework("f1", "r1").framework("f2", "r2");

        assertThat(one.who()).isEqualTo("a1>f1, a2>f2");
    }

    @Test
    void chanceFollowsTheWeightsAndTheSeed() {
        assertThat(shareOfHeavy(7)).isEqualTo(shareOfHeavy(7)).isBetween(0.68, 0.82);
        assertThat(shareOfHeavy(8)).isBetween(0.68, 0.82);
    }

    /** A role of weight 3 beside one of weight 1: how often it comes first. */
    private static double shareOfHeavy(long seed) {
        var rules = new AllocationRules(
                AllocationRules.Order.RANDOM,
                AllocationRules.Order.RANDOM,
                seed,
                Collections.emptySortedSet(),
                OfferFloor.DEFAULT,
                true,
                Optional.empty(),
                false,
                PreemptionRules.OFF);
        var stage = new Stage(rules)
                .framework("light", "l")
                .framework("heavy", "h")
                .weight("h", 3)
                .agent("a1", "cpus:1 mem:64");
        int first = 0;
        int rounds = 1000;
        for (int i = 0; i < rounds; i++) {
            var who = stage.who();
            first += who.equals("a1>heavy") ? 1 : 0;
            stage.decline("a1", who.substring("a1>".length()), Duration.ZERO);
        }
        return (double) first / rounds;
    }
}

package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which order roles are served, by what they hold: the behaviours that Mesos's sorter tests pin down. */
class SharesTest {
    private final Stage stage = new Stage();

    /** A framework for each role, named like it. */
    private void hold(String agent, String held) {
        for (var one : held.split(" ")) {
            var role = one.substring(0, one.indexOf('='));
            var amounts = one.substring(one.indexOf('=') + 1).split("/");
            stage.framework("f-" + role, role);
            stage.holding(
                    agent, "f-" + role, role, "cpus:" + amounts[0] + (amounts.length > 1 ? " mem:" + amounts[1] : ""));
        }
    }

    /** Of 100 cpus and 100 MB; held are cpus/mem. */
    @ParameterizedTest(name = "{0}; weights {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            a=5/5 b=6/6                           |         | a b
            a=5/5 b=6/6 c=1/1 d=3/1               |         | c d a b
            b=2/2 c=1/1 d=3/1                     |         | c b d
            b=4/4 c=2/2 d=6/1 e=1/5               |         | c b e d
            b=4/4 c=8/2 d=6/1 e=1/2.5 f=10/1      |         | e b d c f
            a=5/5 b=6/6                           | b=2     | b a
            a=5/5 b=6/6 c=4/4                     | b=2     | b c a
            a=5/5 b=6/6 c=4/4 d=4/4               | b=2 d=2 | d b c a
            a=5/5 c=4/4 d=9/9                     | d=2     | c d a
            a/a=5/5 b/b=6/6 c/c=1/1 d/d=3/1       |         | c/c d/d a/a b/b
            a/a/a/a/a=5/5 b/b/b/b=6/6 c/c/c=1/1 d/d=3/1 | | c/c/c d/d a/a/a/a/a b/b/b/b
            a=8 b/c=4 b/d=3                       |         | b/d b/c a
            a=8 b/c=4 b/d=3 b/e/f=3.5             |         | a b/d b/e/f b/c
            a=8 b/c=1 b/d=3                       |         | b/c b/d a
            a/b=6 c=8 d=3 d/e=2                   |         | d/e d a/b c
            a=10 b=6                              |         | b a
            a=5 a/c=5 b=6                         |         | b a a/c
            a/c=5 b=6                             |         | a/c b
            a=5 a/c=4 b=6                         | a=2     | a/c a b
            a=5 a/c=4 b=6                         | a/c=2   | b a/c a
            a/x=6 a/y=3 b=4                       | a=3     | a/y a/x b
            a/b/c=3 a/d=4 e=5                     | a/b=0.5 | e a/d a/b/c
            """)
    void theSmallestShareByWeightComesFirstLevelByLevel(String held, String weights, String order) {
        stage.agent("x", "cpus:100 mem:100");
        for (var one : weights == null ? new String[0] : weights.split(" ")) {
            stage.weight(one.split("=")[0], Double.parseDouble(one.split("=")[1]));
        }
        hold("x", held);
        assertThat(stage.order()).isEqualTo(order);
    }

    @Test
    void aRoleAddedOrRemovedBelowAnotherChangesWhoCompetes() {
        stage.agent("x", "cpus:100");
        hold("x", "a=5 b=6");
        assertThat(stage.order()).isEqualTo("a b");
        hold("x", "a/c=3");
        assertThat(stage.order()).as("a has 8 together").isEqualTo("b a/c a");
        stage.unsubscribe("f-a");
        assertThat(stage.order()).as("what it holds still counts").isEqualTo("b a/c");
        stage.release("x", "f-a", "cpus:5");
        assertThat(stage.order()).isEqualTo("a/c b");
        hold("x", "a=5");
        assertThat(stage.order()).isEqualTo("b a/c a");
    }

    @Test
    void aRoleBelowOneThatWantsNothingIsServed() {
        stage.agent("x", "cpus:100");
        stage.framework("s", List.of("a"), List.of("a"), i -> i);
        hold("x", "a/c=3 b=4");
        assertThat(stage.order()).isEqualTo("a/c b");
        stage.framework("s", "a");
        assertThat(stage.order()).isEqualTo("a a/c b");
        stage.framework("s", List.of("a"), List.of("a"), i -> i);
        assertThat(stage.order()).isEqualTo("a/c b");
    }

    @Test
    void aChangedWeightChangesTheOrderAtOnce() {
        stage.agent("x", "cpus:100");
        hold("x", "a=5 b=6");
        assertThat(stage.order()).isEqualTo("a b");
        stage.weight("b", 2);
        assertThat(stage.order()).isEqualTo("b a");
    }

    /** Neither REVIVE, nor suppressing and wanting again, makes a newcomer of anybody. */
    @Test
    void amongEqualsFewerOffersComeFirstAndAreNotForgotten() {
        stage.framework("f1", "r").framework("f2", "r").agent("x", "cpus:1 mem:64");
        assertThat(stage.who()).isEqualTo("x>f1");
        stage.decline("x", "f1", java.time.Duration.ZERO);
        stage.framework("f1", List.of("r"), List.of("r"), i -> i)
                .framework("f1", "r")
                .revive("f1", "r");
        assertThat(stage.who()).isEqualTo("x>f2");
    }

    @Test
    void sharesFollowTheSizeOfTheCluster() {
        stage.agent("x", "cpus:10 mem:100").agent("y", "cpus:1");
        stage.framework("fa", "a").framework("fb", "b");
        stage.holding("x", "fa", "a", "cpus:2 mem:1").holding("x", "fb", "b", "cpus:1 mem:2");
        assertThat(stage.order()).as("2 of 11 cpus, 1 of 11").isEqualTo("b a");
        stage.agent("y", "cpus:190");
        assertThat(stage.order())
                .as("0.01 cpus each has less than b's 0.02 of the memory")
                .isEqualTo("a b");
        stage.gone("y");
        assertThat(stage.order()).isEqualTo("b a");
    }

    @Test
    void whatIsOnSeveralAgentsAddsUp() {
        stage.agent("x", "cpus:50").agent("y", "cpus:50");
        hold("x", "a=5 b=9");
        hold("y", "a=5");
        assertThat(stage.order()).isEqualTo("b a");
        stage.release("y", "f-a", "cpus:2");
        assertThat(stage.order()).isEqualTo("a b");
    }

    @Test
    void reservedAndRevocableResourcesAndVolumesCount() {
        stage.agent("x", "cpus:10 cpus{REV}:10 cpus(a):10 disk(b)[v1]:50 disk(b)[v2]:40 disk:100 mem:100");
        stage.framework("fa", "a").framework("fb", "b").framework("fc", "c");
        stage.holding("x", "fa", "a", "cpus:1 cpus(a):2")
                .holding("x", "fb", "b", "cpus:2 disk(b)[v1]:50 disk(b)[v2]:40");
        stage.holding("x", "fc", "c", "cpus:1 cpus{REV}:5");
        assertThat(stage.order())
                .as("3 of 30 cpus, 6 of 30 cpus, 90 of 190 MB of disk")
                .isEqualTo("a c b");
    }

    @Test
    void aSharedVolumeCountsForEachThatHasItAndOnceForEach() {
        stage.agent("x", "cpus:100 mem:100 disk(r)[v]<S>:10 disk:90");
        stage.framework("fa", "r/a").framework("fb", "r/b").framework("fc", "r/c");
        stage.holding("x", "fa", "r/a", "cpus:5 disk(r)[v]<S>:10").holding("x", "fb", "r/b", "cpus:6");
        assertThat(stage.order()).as("a has a tenth of the disk").isEqualTo("r/c r/b r/a");
        stage.holding("x", "fc", "r/c", "cpus:1 disk(r)[v]<S>:10");
        assertThat(stage.order()).isEqualTo("r/b r/a r/c");
        stage.holding("x", "fa", "r/a", "disk(r)[v]<S>:10 disk(r)[v]<S>:10");
        assertThat(stage.order()).as("more copies change nothing").isEqualTo("r/b r/a r/c");
        stage.release("x", "fa", "disk(r)[v]<S>:10");
        assertThat(stage.order()).as("one less does not, either").isEqualTo("r/b r/a r/c");
    }

    /** How often each comes first: a weighs 1 beside c, in which e weighs 2 beside d. */
    @Test
    void chanceHeedsTheWeightsLevelByLevel() {
        var rules = new AllocationRules(
                AllocationRules.Order.RANDOM,
                AllocationRules.Order.RANDOM,
                3,
                Collections.emptySortedSet(),
                OfferFloor.DEFAULT,
                true,
                Optional.empty(),
                false,
                PreemptionRules.OFF);
        var random =
                new Stage(rules).framework("f1", "a").framework("f2", "a/b").framework("f3", "c/d");
        random.framework("f4", "c/e").weight("c", 2).weight("a/b", 2).weight("c/e", 2);
        var first = new TreeMap<String, Integer>();
        int times = 9000;
        for (int i = 0; i < times; i++) {
            first.merge(random.order().split(" ")[0], 1, Integer::sum);
        }
        assertThat(first.get("a")).isBetween(times / 9 - 150, times / 9 + 150);
        assertThat(first.get("a/b")).isBetween(2 * times / 9 - 200, 2 * times / 9 + 200);
        assertThat(first.get("c/d")).isBetween(2 * times / 9 - 200, 2 * times / 9 + 200);
        assertThat(first.get("c/e")).isBetween(4 * times / 9 - 200, 4 * times / 9 + 200);
    }

    /** A role is known while there is a reason, and with it all above it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"weight", "quota", "reservation", "framework", "holding"})
    void aRoleIsKnownWhileThereIsAReason(String reason) {
        var role = reason.equals("quota") ? "a" : "a/b/c";
        switch (reason) {
            case "weight" -> stage.weight(role, 2);
            case "quota" -> stage.quota(role, "cpus:1", "");
            case "reservation" -> stage.agent("x", "cpus(a/b/c):1");
            case "framework" -> stage.framework("f", role);
            default -> stage.agent("x", "cpus:1").holding("x", "f", role, "cpus:1");
        }
        assertThat(stage.allocator.roles.all().keySet())
                .containsExactlyElementsOf(reason.equals("quota") ? List.of("a") : List.of("a", "a/b", "a/b/c"));
        switch (reason) {
            case "weight" -> stage.allocator.weights(new TreeMap<>());
            case "quota" -> stage.unquota(role);
            case "framework" -> stage.unsubscribe("f");
            default -> stage.gone("x");
        }
        assertThat(stage.allocator.roles.all()).isEmpty();
    }
}

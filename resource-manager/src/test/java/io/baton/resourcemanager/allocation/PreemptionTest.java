package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.Preempted;
import io.baton.v1.FrameworkInfo.Capability;
import io.baton.v1.OfferFilters;
import io.baton.v1.Value;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who takes what back from whom, and when. */
class PreemptionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private static Stage stage(String priorities) {
        return stage(priorities, 10, 10);
    }

    private static Stage stage(String priorities, int kills, int atOnce) {
        var unit = new OfferFloor.Quantity(Bundles.of("cpus:1 mem:64").scalarMillis());
        return new Stage(new AllocationRules(
                AllocationRules.Order.DRF,
                AllocationRules.Order.DRF,
                1,
                Collections.emptySortedSet(),
                OfferFloor.DEFAULT,
                true,
                Optional.empty(),
                false,
                new PreemptionRules(true, read(priorities), unit, PATIENCE, DEADLINE, kills, INTERVAL, atOnce)));
    }

    private static SortedMap<String, Integer> read(String priorities) {
        var out = new TreeMap<String, Integer>();
        for (var one : priorities.split(" ")) {
            if (!one.isEmpty()) {
                out.put(one.split("=")[0], Integer.valueOf(one.split("=")[1]));
            }
        }
        return out;
    }

    /** Asked once when the framework comes, and once when it has waited. */
    private static String afterPatience(Stage stage) {
        stage.round();
        assertThat(stage.reclaims()).as("it has not waited yet").isEmpty();
        stage.pass(PATIENCE);
        stage.round();
        return stage.reclaims();
    }

    /** One agent of 8 cpus and 512 MB; p in prod waits, b is in batch. */
    @ParameterizedTest(name = "{0}, {1}: prod has {2}, batch {3}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
            prod=10          |               |                | cpus:8 mem:512 | ask x b/batch cpus:1; mem:64 for prod
            batch=-1         |               |                | cpus:8 mem:512 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          |               | cpus:1 mem:64  | cpus:7 mem:448 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          |               | cpus:3 mem:192 | cpus:5 mem:320 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          |               | cpus:4 mem:256 | cpus:4 mem:256 |
            prod=10          |               |                | cpus:8 mem:490 | ask x b/batch cpus:1; mem:42 for prod
                             |               |                | cpus:8 mem:512 |
            batch=10         |               |                | cpus:8 mem:512 |
            prod=10 batch=10 |               |                | cpus:8 mem:512 |
            prod=10          | prod >= 6     | cpus:4 mem:256 | cpus:4 mem:256 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          | prod >= 4     | cpus:4 mem:256 | cpus:4 mem:256 |
            prod=10          | batch >= 8    |                | cpus:8 mem:512 |
            prod=10          | batch >= 7    |                | cpus:8 mem:512 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          | prod <= 0     |                | cpus:8 mem:512 |
            prod=10          | prod <= 1     |                | cpus:8 mem:512 | ask x b/batch cpus:1; mem:64 for prod
            prod=10          | other >= 3    |                | cpus:8 mem:512 |
            """)
    void takesBackWhatIsOwed(String priorities, String quota, String own, String batch, String asked) {
        var stage = stage(priorities == null ? "" : priorities).agent("x", "cpus:8 mem:512");
        if (quota != null) {
            var words = quota.split(" ");
            boolean promise = words[1].equals(">=");
            if (promise) {
                stage.quota(words[0], "cpus:" + words[2], "");
            } else {
                stage.limit(words[0], "cpus", 1000 * Long.parseLong(words[2]));
            }
        }
        stage.holding("x", "b", "batch", batch);
        if (own != null) {
            stage.holding("x", "p", "prod", own);
        }
        stage.framework("b", "batch").framework("p", "prod");

        assertThat(afterPatience(stage)).isEqualTo(asked == null ? "" : asked);
    }

    /** Prod waits, batch has all of the only agent. */
    private static Stage waiting(Stage stage) {
        stage.agent("x", "cpus:8 mem:512").holding("x", "b", "batch", "cpus:8 mem:512");
        return stage.framework("b", "batch").framework("p", "prod");
    }

    @Test
    void isOffByDefault() {
        var stage = waiting(new Stage());
        stage.reclaims();
        stage.pass(Duration.ofHours(1));
        assertThat(stage.reclaims()).isEmpty();
    }

    @Test
    void tasksEndWhenTheTimeIsOver() {
        var stage = waiting(stage("prod=10", 10, 1));
        assertThat(afterPatience(stage)).startsWith("ask x b/batch");
        stage.pass(DEADLINE.minusMillis(1));
        assertThat(stage.reclaims()).isEmpty();
        stage.pass(Duration.ofMillis(1));
        assertThat(stage.reclaims()).isEqualTo("kill x b/batch cpus:1; mem:64 for prod most 10");
        stage.pass(Duration.ofSeconds(5));
        assertThat(stage.reclaims()).as("they take their time").isEmpty();

        stage.pass(Preemption.SETTLE);
        assertThat(stage.reclaims()).as("nothing came of it: anew").startsWith("ask x b/batch");
    }

    @Test
    void whatIsGivenBackIsNotTaken() {
        var stage = waiting(stage("prod=10", 10, 1));
        afterPatience(stage);
        stage.release("x", "b", "mem:64");
        stage.pass(DEADLINE);
        assertThat(stage.reclaims()).isEqualTo("kill x b/batch cpus:1 for prod most 10");
    }

    @Test
    void allThatIsGivenBackEndsTheClaimAndGoesToTheClaimant() {
        var stage = waiting(stage("prod=10", 10, 1));
        afterPatience(stage);
        stage.release("x", "b", "cpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("x>p/prod cpus:1; mem:64");
        stage.pass(DEADLINE);
        assertThat(stage.reclaims()).as("the next unit, from the beginning").startsWith("ask x b/batch");
    }

    @Test
    void aClaimantThatWantsNothingAnyMoreTakesNothing() {
        var stage = waiting(stage("prod=10"));
        afterPatience(stage);
        stage.framework("p", List.of("prod"), List.of("prod"), i -> i).pass(DEADLINE);
        assertThat(stage.reclaims()).isEmpty();
    }

    @Test
    void aClaimEndsWithItsAgent() {
        var stage = waiting(stage("prod=10"));
        afterPatience(stage);
        stage.gone("x").pass(DEADLINE);
        assertThat(stage.reclaims()).isEmpty();
    }

    @Test
    void whoDeclinesAUnitWaitsForNothingUntilItTakesSomethingOrRevives() {
        var stage = waiting(stage("prod=10"));
        var decline = new Filter(
                new FrameworkId("p"), "prod", new AgentId("x"), Bundles.of("cpus:1 mem:64"), Duration.ZERO, true);
        stage.allocator.filter(decline, stage.now);
        assertThat(afterPatience(stage)).isEmpty();

        stage.revive("p", "prod");
        assertThat(afterPatience(stage)).startsWith("ask");
        stage.allocator.filter(decline, stage.now);
        assertThat(afterPatience(stage)).isEmpty();
        stage.allocator.filter(
                new Filter(new FrameworkId("p"), "prod", new AgentId("x"), Bundles.of("mem:1"), Duration.ZERO, false),
                stage.now);
        assertThat(afterPatience(stage)).startsWith("ask");
    }

    @Test
    void crumbsMayBeDeclined() {
        var stage = waiting(stage("prod=10"));
        stage.allocator.filter(
                new Filter(
                        new FrameworkId("p"), "prod", new AgentId("x"), Bundles.of("cpus:0.9 mem:64"), PATIENCE, true),
                stage.now);
        assertThat(afterPatience(stage)).startsWith("ask");
    }

    @Test
    void anOfferOfAUnitEndsTheWaiting() {
        var stage = waiting(stage("prod=10"));
        stage.round();
        stage.reclaims();
        stage.pass(Duration.ofSeconds(9));
        stage.agent("y", "cpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("y>p/prod cpus:1; mem:64");
        stage.pass(Duration.ofSeconds(9));
        assertThat(stage.reclaims()).isEmpty();
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.reclaims()).startsWith("ask x");
    }

    @Test
    void aFrameworksOwnFloorIsItsUnit() {
        var stage = stage("prod=10").agent("x", "cpus:8 mem:512");
        stage.holding("x", "b", "batch", "cpus:8 mem:512").framework("b", "batch");
        var least = OfferFilters.MinAllocatableResources.newBuilder()
                .addQuantities(OfferFilters.ResourceQuantities.newBuilder()
                        .putQuantities(
                                "cpus", Value.Scalar.newBuilder().setValue(3).build()));
        stage.framework(
                "p",
                List.of("prod"),
                List.of(),
                info -> info.putOfferFilters(
                        "prod",
                        OfferFilters.newBuilder()
                                .setMinAllocatableResources(least)
                                .build()));
        assertThat(afterPatience(stage)).isEqualTo("ask x b/batch cpus:3 for prod");
    }

    @Test
    void severalHoldersGiveTogetherTheLowestPriorityFirst() {
        var stage = stage("prod=10 batch=1 test=0").agent("x", "cpus:4 mem:4096");
        stage.holding("x", "a", "batch", "cpus:3.5 mem:2048").holding("x", "b", "test", "cpus:0.5 mem:2048");
        stage.framework("p", "prod");
        assertThat(afterPatience(stage))
                .isEqualTo("ask x b/test cpus:0.5; mem:64 for prod, ask x a/batch cpus:0.5 for prod");
    }

    @Test
    void anAgentOfALowerPriorityIsPreferred() {
        var stage = stage("prod=10 batch=1").agent("x", "cpus:4 mem:256").agent("y", "cpus:4 mem:256");
        stage.holding("x", "a", "batch", "cpus:4 mem:256").holding("y", "b", "test", "cpus:4 mem:256");
        stage.framework("p", "prod");
        assertThat(afterPatience(stage)).isEqualTo("ask y b/test cpus:1; mem:64 for prod");
    }

    @Test
    void rolesBelowShareWhatTheirParentHas() {
        var stage = stage("eng/prod=10").agent("x", "cpus:8 mem:512");
        stage.holding("x", "b", "eng/batch", "cpus:4 mem:256").holding("x", "o", "ops", "cpus:4 mem:256");
        stage.framework("p", "eng/prod").framework("b", "eng/batch").framework("o", "ops");
        assertThat(afterPatience(stage))
                .as("from its sibling, not from ops, which has its share")
                .isEqualTo("ask x b/eng/batch cpus:1; mem:64 for eng/prod");
    }

    @Test
    void aRoleHasThePriorityOfTheNearestAboveIt() {
        var rules = new PreemptionRules(
                true, read("a=5 a/b/c=7"), PreemptionRules.OFF.unit(), PATIENCE, DEADLINE, 1, INTERVAL, 1);
        assertThat(List.of("a", "a/b", "a/b/c", "a/b/c/d", "ab", "z").stream().map(rules::priority))
                .containsExactly(5, 5, 7, 7, 0, 0);
    }

    @Test
    void ofReservedOrRevocableResourcesNothingIsTaken() {
        var stage = stage("prod=10").agent("x", "cpus(batch):8 mem(batch):512 cpus{REV}:8");
        stage.holding("x", "b", "batch", "cpus(batch):8 mem(batch):512 cpus{REV}:8")
                .framework("p", "prod");
        assertThat(afterPatience(stage)).isEmpty();
    }

    @Test
    void nothingIsTakenOnAgentsThatAreOfNoUseToTheClaimant() {
        var stage = stage("prod=10").agent("x", "cpus:8 mem:512 gpus:1");
        stage.holding("x", "b", "batch", "cpus:8 mem:512 gpus:1");
        stage.framework("p", List.of("prod"), List.of(), Stage.without(Capability.Type.GPU_RESOURCES));
        assertThat(afterPatience(stage)).isEmpty();

        stage.framework("p", "prod");
        stage.release("x", "b", "cpus:0.5").outOfUse("x").reclaims();
        stage.now = stage.now.plus(PATIENCE);
        assertThat(stage.reclaims()).as("deactivated").isEmpty();
    }

    @Test
    void noMoreTasksEndThanTheIntervalAllows() {
        var stage = stage("prod=10", 3, 10).agent("x", "cpus:8 mem:512").agent("y", "cpus:8 mem:512");
        stage.holding("x", "b", "batch", "cpus:8 mem:512").holding("y", "b", "batch", "cpus:8 mem:512");
        stage.framework("b", "batch").framework("p", "prod");
        assertThat(afterPatience(stage)).startsWith("ask x");
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.reclaims()).startsWith("ask y");

        stage.pass(DEADLINE);
        assertThat(stage.reclaims()).isEqualTo("kill x b/batch cpus:1; mem:64 for prod most 3");
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.reclaims()).as("until it is known how many").isEmpty();
        stage.allocator.preempted(new Preempted(new AgentId("x"), 3, 2));
        assertThat(stage.reclaims()).isEqualTo("kill y b/batch cpus:1; mem:64 for prod most 1");

        stage.pass(INTERVAL);
        stage.reclaims();
        stage.pass(PATIENCE.plus(DEADLINE));
        assertThat(stage.reclaims()).contains("most 3");
    }

    @Test
    void onNoMoreAgentsAtATimeThanAllowed() {
        var stage = stage("prod=10", 3, 1).agent("x", "cpus:8 mem:512").agent("y", "cpus:8 mem:512");
        stage.holding("x", "b", "batch", "cpus:8 mem:512").holding("y", "b", "batch", "cpus:8 mem:512");
        stage.framework("b", "batch").framework("p", "prod");
        assertThat(afterPatience(stage)).startsWith("ask x");
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.reclaims()).isEmpty();
    }

    @Test
    void claimsCountAsHadAlready() {
        var stage = stage("prod=10").weight("batch", 7);
        for (int i = 0; i < 8; i++) {
            stage.agent("x" + i, "cpus:1 mem:64").holding("x" + i, "b", "batch", "cpus:1 mem:64");
        }
        stage.framework("b", "batch").framework("p", "prod");
        assertThat(afterPatience(stage)).startsWith("ask x0");
        stage.pass(Duration.ofSeconds(10));
        assertThat(stage.reclaims())
                .as("one of eight is all that prod may have")
                .isEmpty();
    }
}

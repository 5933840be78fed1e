package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.FrameworkInfo.Capability;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guarantees and limits: the behaviours of Mesos's allocator tests with quota. */
class QuotaAllocationTest {
    private static final Duration DAY = Duration.ofDays(1);
    private final Stage stage = new Stage();

    @ParameterizedTest(name = "limited to {0}, agent {1}: offered {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:2              | cpus:4 mem:64                     | cpus:2; mem:64
            cpus:8              | cpus:4 mem:64                     | cpus:4; mem:64
            cpus:2 mem:32       | cpus:4 mem:64                     | cpus:2; mem:32
            cpus:2              | cpus:4 mem:64 cpus{REV}:3         | cpus:2; cpus{REV}:3; mem:64
            cpus:2              | cpus:4 mem:64 cpus(r):1           | cpus:1; cpus(r):1; mem:64
            cpus:2              | cpus:4 mem:64 cpus(r/x):1         | cpus:1; mem:64
            cpus:2              | cpus:4 mem:64 cpus(r):3           | cpus(r):3; mem:64
            disk:5              | cpus:4 disk@/d:10                 | cpus:4
            disk:15             | cpus:4 disk@/d:10                 | cpus:4; disk:10
            disk:15             | cpus:4 disk@/d:10 disk@/e:10      | cpus:4; disk:10
            cpus:2              | cpus:4 mem:64 ports:[1-9]         | cpus:2; mem:64; ports:[1-9]
            """)
    void neverPassesALimit(String limit, String agent, String offered) {
        stage.quota("r", "", limit).framework("f", "r").agent("x", agent);
        assertThat(stage.round()).isEqualTo("x>f/r " + offered);
    }

    @Test
    void aLimitOfNothingIsNothing() {
        stage.limit("r", "cpus", 0).framework("f", "r").agent("x", "cpus:4 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r mem:64");
    }

    @Test
    void theDefaultRoleIsLimitedLikeAnyOther() {
        stage.quota("*", "cpus:1", "cpus:2")
                .framework("f", "*")
                .framework("g", "r")
                .agent("x", "cpus:4 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/* cpus:2; mem:64, x>g/r cpus:2");
    }

    @Test
    void aLimitHoldsAcrossAgentsAndRolesBelow() {
        stage.quota("r", "", "cpus:3").framework("f1", "r/a").framework("f2", "r/b");
        stage.agent("x", "cpus:2").agent("y", "cpus:2").agent("z", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f1/r/a cpus:2, y>f2/r/b cpus:1");
        assertThat(stage.round()).isEmpty();
    }

    @Test
    void whatTasksHoldOnAnAgentThatIsAwayCountsAgainstTheLimitAndOffersOfItDoNot() {
        stage.quota("r", "", "cpus:10")
                .framework("f", "r")
                .agent("x", "cpus:12")
                .holding("x", "f", "r", "cpus:6");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:4");

        stage.away("x").agent("y", "cpus:12");
        assertThat(stage.round()).isEqualTo("y>f/r cpus:4");

        stage.gone("x").decline("y", "f", Duration.ZERO);
        assertThat(stage.round()).as("not awaited any more").isEqualTo("y>f/r cpus:10");
    }

    @Test
    void whatRunsInARoleCountsAgainstItsLimitEvenIfNobodyIsThere() {
        stage.quota("r", "", "cpus:3").agent("x", "cpus:4").holding("x", "away", "r/z", "cpus:2");
        stage.framework("f", "r");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1");
    }

    @Test
    void aRoleBelowItsLimitAgainIsOfferedWhatItMissed() {
        stage.quota("r", "", "cpus:2").framework("f", "r").agent("x", "cpus:2").agent("y", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2");
        stage.decline("x", "f", DAY);
        assertThat(stage.round()).as("only what changed at once").isEmpty();
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.round()).as("y at the next batch").isEqualTo("y>f/r cpus:2");
    }

    @Test
    void aRaisedLimitIsUsedAtOnce() {
        stage.quota("r", "", "cpus:1").framework("f", "r").agent("x", "cpus:4");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1");
        stage.quota("r", "", "cpus:3");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2");
        stage.unquota("r");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1");
    }

    @Test
    void aGuaranteeComesBeforeFairness() {
        stage.framework("f1", "r1").framework("f2", "r2").quota("r2", "cpus:4", "");
        stage.agent("x", "cpus:2").agent("y", "cpus:2").agent("z", "cpus:2");
        assertThat(stage.who()).isEqualTo("x>f2, y>f2, z>f1");
    }

    @Test
    void whatIsPromisedIsHeldBackWhileNobodyIsThereForIt() {
        stage.framework("f1", "r1").quota("r2", "cpus:3", "");
        stage.agent("x", "cpus:2").agent("y", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1");
        assertThat(stage.round()).isEmpty();

        stage.framework("f2", "r2");
        assertThat(stage.round()).isEqualTo("x>f2/r2 cpus:1, y>f2/r2 cpus:2");
    }

    @Test
    void moreRoomAfterAPromiseWasKeptIsGivenAway() {
        stage.framework("f1", "r1").quota("r2", "cpus:3", "");
        stage.agent("x", "cpus:2").agent("y", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1");
        stage.agent("z", "cpus:2").pass(Duration.ofSeconds(1));
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1, y>f1/r1 cpus:1");
    }

    @Test
    void promisesOfSeveralAbsentRolesAddUp() {
        stage.framework("f1", "r1").quota("r2", "cpus:2", "").quota("r3", "cpus:3", "");
        stage.agent("x", "cpus:4 mem:64").agent("y", "cpus:2 mem:64");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1; mem:64, y>f1/r1 mem:64");
    }

    /** Offered to a guaranteed role whole, as long as it is nearer to its guarantee by it. */
    @Test
    void namesWithoutAGuaranteeComeAlong() {
        stage.framework("f1", "r1").framework("f2", "r2").quota("r2", "cpus:2", "");
        stage.agent("x", "cpus:2 mem:512 disk:9");
        assertThat(stage.round()).isEqualTo("x>f2/r2 cpus:2; disk:9; mem:512");
    }

    @Test
    void aGuaranteeIsNotALimit() {
        stage.framework("f2", "r2").quota("r2", "cpus:2", "").agent("x", "cpus:5");
        assertThat(stage.round()).isEqualTo("x>f2/r2 cpus:5");
    }

    @Test
    void aGuaranteeBurstsUpToItsLimit() {
        stage.framework("f1", "r1").framework("f2", "r2").quota("r2", "cpus:2", "cpus:3");
        stage.agent("x", "cpus:5");
        assertThat(stage.round()).isEqualTo("x>f2/r2 cpus:3, x>f1/r1 cpus:2");
    }

    @Test
    void aBurstLeavesWhatOthersArePromised() {
        stage.framework("f2", "r2").quota("r2", "cpus:1", "").quota("r3", "cpus:2", "");
        stage.agent("x", "cpus:5");
        assertThat(stage.round()).isEqualTo("x>f2/r2 cpus:3");
    }

    @Test
    void reservationsCountTowardsTheGuarantee() {
        stage.framework("f1", "r1").quota("r2", "cpus:3", "");
        stage.agent("x", "cpus:2 cpus(r2):2").agent("y", "cpus:2");
        assertThat(stage.round())
                .as("two of three are reserved, one more is held back")
                .isEqualTo("x>f1/r1 cpus:2, y>f1/r1 cpus:1");
    }

    @Test
    void reservationsOfNestedRolesCountForTheTop() {
        stage.framework("f1", "r1").quota("r2", "cpus:3", "");
        stage.agent("x", "cpus:2 cpus(r2/a):2 cpus(r2/a/b):1");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:2");
    }

    @Test
    void moreReservationsThanPromisesHoldNothingBack() {
        stage.framework("f1", "r1").quota("r2", "cpus:1", "").agent("x", "cpus:2 cpus(r2):5");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:2");
    }

    @Test
    void othersReservationsAreNoHeadroom() {
        stage.framework("f1", "r1").quota("r2", "cpus:2", "").agent("x", "cpus:3 cpus(r4):9 cpus{REV}:9");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1; cpus{REV}:9");
    }

    @Test
    void reservedResourcesAreNotCountedTwice() {
        stage.quota("r", "", "cpus:4").agent("x", "cpus:4 cpus(r):2").holding("x", "f", "r", "cpus(r):2");
        stage.framework("f", "r");
        assertThat(stage.round()).as("two of four are reserved and held").isEqualTo("x>f/r cpus:2");
    }

    @Test
    void aGuaranteeDoesNotStarveTheOthers() {
        stage.framework("f1", "r1").framework("f2", "r2").quota("r2", "cpus:2", "");
        stage.agent("x", "cpus:2").agent("y", "cpus:2");
        assertThat(stage.who()).isEqualTo("x>f2, y>f1");
        stage.decline("x", "f2", DAY);
        assertThat(stage.who())
                .as("held back for r2, which does not want it now")
                .isEmpty();
        stage.unquota("r2");
        assertThat(stage.who()).isEqualTo("x>f1");
    }

    @Test
    void aPromiseThatCannotBeKeptOnThisAgentDoesNotStopOthers() {
        stage.framework("f1", "r1")
                .framework("f2", List.of("r2"), List.of(), Stage.without(Capability.Type.GPU_RESOURCES))
                .quota("r2", "cpus:2", "");
        stage.agent("x", "cpus:4 gpus:1 mem:64");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:2; gpus:1; mem:64");
    }

    @Test
    void lossOfAnAgentTightensTheHeadroom() {
        stage.framework("f1", "r1").quota("r2", "cpus:2", "");
        stage.agent("x", "cpus:2").agent("y", "cpus:2");
        stage.gone("x");
        assertThat(stage.round()).isEmpty();
        stage.agent("x", "cpus:2").pass(Duration.ofSeconds(1));
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:2");
    }

    @Test
    void theFrameworksOfAGuaranteedRoleShareIt() {
        stage.quota("r", "cpus:4 mem:256", "cpus:4 mem:256")
                .framework("f1", "r")
                .framework("f2", "r");
        stage.agent("x", "cpus:1 mem:64").agent("y", "cpus:1 mem:64").agent("z", "cpus:2 mem:128");
        assertThat(stage.who()).isEqualTo("x>f1, y>f2, z>f1");
        stage.agent("w", "cpus:1 mem:64");
        assertThat(stage.who()).as("the role has all that it may have").isEmpty();
    }

    @Test
    void eachOfSeveralGuaranteedRolesGetsItsOwn() {
        stage.quota("r1", "cpus:1 mem:200", "cpus:1 mem:200").quota("r2", "cpus:2 mem:2000", "cpus:2 mem:2000");
        stage.framework("f1", "r1")
                .framework("f2", "r2")
                .agent("x", "cpus:1 mem:1024")
                .agent("y", "cpus:2 mem:2024");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:1; mem:200, x>f2/r2 mem:824, y>f2/r2 cpus:2; mem:1176");
    }

    @Test
    void whatIsNotPromisedIsSharedByAll() {
        stage.quota("r1", "cpus:0.25 mem:128", "cpus:0.25 mem:128").framework("f1", "r1");
        stage.agent("x", "cpus:1 mem:512").framework("f2", "r2");
        assertThat(stage.round()).isEqualTo("x>f1/r1 cpus:0.25; mem:128, x>f2/r2 cpus:0.75; mem:384");
        stage.agent("y", "cpus:3 mem:1024");
        assertThat(stage.who()).isEqualTo("y>f2");
    }

    /** One name of a guarantee is had, another is not yet: only that is given. */
    @Test
    void namesOfAGuaranteeAreCountedEachForItself() {
        stage.quota("r", "cpus:4 mem:64", "cpus:4 mem:64").framework("f", "r").agent("x", "cpus:2 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; mem:64");
        stage.agent("y", "cpus:2 mem:64");
        assertThat(stage.round()).isEqualTo("y>f/r cpus:2");
    }

    /** A name that a role has no quota for is its like anybody's: after what is promised to others. */
    @Test
    void aGuaranteedRoleGetsOtherNamesOnlyIfTheyCanBeSpared() {
        stage.quota("r1", "cpus:2", "cpus:2")
                .quota("r2", "mem:1024", "mem:1024")
                .framework("f", "r1");
        stage.agent("x", "cpus:1 mem:1024 ports:[1-9]").agent("y", "cpus:1 mem:1024 ports:[1-9]");
        assertThat(stage.round()).isEqualTo("x>f/r1 cpus:1; mem:1024; ports:[1-9], y>f/r1 cpus:1; ports:[1-9]");
        stage.agent("z", "cpus:1 mem:1024 ports:[1-9]");
        assertThat(stage.round()).isEqualTo("z>f/r1 mem:1024; ports:[1-9]");
    }

    @Test
    void reservingWhatIsHeldChangesNothingInWhatIsConsumed() {
        stage.quota("r", "", "cpus:2")
                .framework("f", "r")
                .agent("x", "cpus:1")
                .agent("y", "cpus:1")
                .agent("z", "cpus:1");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1, y>f/r cpus:1");
        assertThat(stage.allocator.roles.consumed("r")).containsEntry("cpus", 2000L);
        stage.decline("x", "f", Duration.ZERO).agent("x", "cpus(r):1").holding("x", "f", "r", "cpus(r):1");
        assertThat(stage.allocator.roles.consumed("r")).containsEntry("cpus", 2000L);
        assertThat(stage.round()).isEmpty();
        stage.decline("x", "f", Duration.ZERO).agent("x", "cpus:1").holding("x", "f", "r", "cpus:1");
        assertThat(stage.allocator.roles.consumed("r")).containsEntry("cpus", 2000L);
        stage.pass(Duration.ofSeconds(1));
        assertThat(stage.round()).isEmpty();
    }

    @Test
    void aSharedVolumeIsConsumedOnceHoweverManyHaveIt() {
        stage.quota("r", "", "cpus:3 disk:100").framework("f", "r").agent("x", "cpus:2 disk(r)[v]<S>:50");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; disk(r)[v]<SHARED>:50");
        stage.release("x", "f", "cpus:1");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1; disk(r)[v]<SHARED>:50");
        stage.agent("y", "cpus:1 disk:50");
        assertThat(stage.round()).contains("y>f/r cpus:1; disk:50");
        stage.agent("z", "cpus:1 disk:50");
        assertThat(stage.round()).doesNotContain("z>f");
    }

    @Test
    void anAncestorsReservationHeldBelowItIsNoHeadroom() {
        stage.quota("q", "cpus:1 mem:1024", "").framework("f1", "a/b").agent("x", "cpus(a):1 mem(a):1024");
        assertThat(stage.who()).isEqualTo("x>f1");
        stage.framework("f2", "n").agent("y", "cpus:1 mem:1024").agent("z", "cpus:1 mem:1024");
        assertThat(stage.who()).as("one of the two is held back").matches("[yz]>f2");
    }

    @Test
    void whatRunsBelowARoleLeavesTheHeadroomOfOthersAsItIs() {
        stage.quota("q", "cpus:1 mem:64", "").framework("f1", "a/b").framework("f2", "a");
        stage.agent("w", "cpus:1 mem:64").agent("x", "cpus:1 mem:64");
        stage.holding("w", "f1", "a/b", "cpus:1 mem:64").holding("x", "f2", "a", "cpus:1 mem:64");
        stage.agent("y", "cpus:1 mem:64");
        assertThat(stage.round()).isEmpty();
        stage.agent("z", "cpus:1 mem:64").pass(Duration.ofSeconds(1));
        assertThat(stage.round().split(",")).hasSize(1).doesNotContain("");
    }
}

package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllocatorTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private final Allocator allocator = new Allocator();

    @Test
    void givesEachAgentWholeToTheFrameworkWithTheSmallestShare() {
        frameworks("a", "b");
        agent("1", 4, 4);
        agent("2", 4, 4);
        agent("3", 4, 4);
        agent("4", 4, 4);

        assertThat(round(T0)).isEqualTo("1→a:4 2→b:4 3→a:4 4→b:4");
    }

    @Test
    void countsWhatAFrameworkUsesAlready() {
        frameworks("a", "b");
        agent("1", 4, 2, Map.of("a", 2.0));

        assertThat(round(T0)).isEqualTo("1→b:2");
    }

    @Test
    void doesNotProposeTwiceWhatIsUndecided() {
        frameworks("a", "b");
        agent("1", 4, 4);
        assertThat(round(T0)).isEqualTo("1→a:4");
        allocator.everythingChanged();
        assertThat(round(T0)).isEmpty();

        allocator.agentChanged(changed("1", 4, 4, Map.of(), 1));
        assertThat(round(T0)).as("refused by the ledger; b had fewer offers").isEqualTo("1→b:4");
    }

    @ParameterizedTest(name = "{0} cpus refused for {1} s, {2} cpus free after {3} ms: offered {4}")
    @CsvSource({
        "4, 5, 4, 4999, false",
        "4, 5, 4, 5000, true",
        "4, 5, 2, 100, false",
        "2, 5, 4, 100, true",
        "4, 0.1, 4, 900, false",
        "4, 0.1, 4, 1000, true"
    })
    void doesNotOfferWhatWasRefusedUnlessThereIsMore(
            double refused, double seconds, double free, long millis, boolean offered) {
        frameworks("a");
        agent("1", 8, free);
        allocator.filter(
                new Filter(
                        new FrameworkId("a"),
                        "*",
                        new AgentId("1"),
                        cpus(refused),
                        Duration.ofMillis((long) (seconds * 1000)),
                        true),
                T0);

        assertThat(!round(T0.plusMillis(millis)).isEmpty()).isEqualTo(offered);
    }

    @Test
    void offersAgainAfterARevive() {
        frameworks("a");
        agent("1", 4, 4);
        var a = new FrameworkId("a");
        allocator.filter(new Filter(a, "*", new AgentId("1"), cpus(4), Duration.ofDays(1), true), T0);
        assertThat(round(T0)).isEmpty();

        allocator.revive(a, List.of("*"));
        assertThat(round(T0)).isEqualTo("1→a:4");
    }

    @Test
    void offersNothingToSuppressedRolesNorOfAgentsThatAreGone() {
        allocator.frameworkChanged(new FrameworkChanged(
                new FrameworkId("a"),
                FrameworkInfo.getDefaultInstance(),
                List.of("x", "y"),
                List.of("x"),
                Optional.empty()));
        agent("1", 4, 4);
        agent("2", 4, 4);
        allocator.agentGone(new AgentId("2"));

        assertThat(allocator.propose(T0)).singleElement().satisfies(p -> {
            assertThat(p.role()).isEqualTo("y");
            assertThat(p.agent()).isEqualTo(new AgentId("1"));
        });
    }

    @ParameterizedTest(name = "{0} cpus and {1} MB: offered {2}")
    @CsvSource({"0.01, 0, true", "0.009, 0, false", "0, 32, true", "0, 31.9, false", "0.009, 31.9, false"})
    void keepsBackCrumbs(double cpus, double mem, boolean offered) {
        frameworks("a");
        var free = Resources.scalars(Map.of("cpus", cpus, "mem", mem));
        allocator.agentChanged(untouched(free));

        assertThat(!round(T0).isEmpty()).isEqualTo(offered);
    }

    @ParameterizedTest(name = "{0}: offered {1}")
    @CsvSource({"h, true", "other, false", "h.*x, false", "h?, true"})
    void heedsOfferConstraints(String pattern, boolean offered) {
        allocator.frameworkChanged(new FrameworkChanged(
                new FrameworkId("a"),
                FrameworkInfo.getDefaultInstance(),
                List.of("*"),
                List.of(),
                Optional.of(hostnameMatches(pattern))));
        agent("1", 4, 4);

        assertThat(!round(T0).isEmpty()).isEqualTo(offered);
    }

    @Test
    void hidesGpuAgentsFromFrameworksThatDoNotKnowGpus() {
        frameworks("a");
        var free = Resources.scalars(Map.of("cpus", 1.0, "gpus", 1.0));
        allocator.agentChanged(untouched(free));

        assertThat(round(T0)).isEmpty();
    }

    @Test
    void doesNothingWhenNothingHasChanged() {
        frameworks("a");
        agent("1", 4, 4);
        round(T0);
        allocator.agentChanged(changed("1", 4, 0, Map.of("a", 4.0), 1));
        allocator.propose(T0);

        allocator.agentChanged(changed("1", 4, 0, Map.of("a", 4.0), 1));
        assertThat(allocator.hasChanges()).isFalse();
    }

    /** A ledger would take the proposal of before for a new one. */
    @Test
    void underANewEpochWhatIsUndecidedIsNotSentAgain() {
        frameworks("a");
        agent("1", 4, 4);
        agent("2", 4, 0);
        assertThat(round(T0)).isEqualTo("1→a:4");

        allocator.claimed();

        allocator.batch(T0.plusSeconds(60));
        assertThat(round(T0.plusSeconds(60)))
                .as("until the agent reports again")
                .isEmpty();
        agent("1", 4, 4);
        assertThat(allocator.propose(T0.plusSeconds(61)))
                .singleElement()
                .satisfies(proposal -> assertThat(proposal.number()).isEqualTo(2));
    }

    @Test
    void proposesAgainWhatNobodyHasAnsweredForLong() {
        frameworks("a");
        agent("1", 4, 4);
        assertThat(round(T0)).isEqualTo("1→a:4");

        allocator.everythingChanged();
        assertThat(round(T0.plusMillis(999))).isEmpty();
        allocator.everythingChanged();
        assertThat(round(T0.plusSeconds(1))).isEqualTo("1→a:4");
    }

    @Test
    void goesOnWhereAnEarlierAllocatorHasCounted() {
        frameworks("a");
        allocator.agentChanged(changed("1", 4, 4, Map.of(), 41));

        assertThat(allocator.propose(T0)).singleElement().satisfies(p -> assertThat(p.number())
                .isEqualTo(42));
    }

    private static OfferConstraints hostnameMatches(String pattern) {
        return OfferConstraints.newBuilder()
                .putRoleConstraints(
                        "*",
                        OfferConstraints.RoleConstraints.newBuilder()
                                .addGroups(OfferConstraints.RoleConstraints.Group.newBuilder()
                                        .addAttributeConstraints(AttributeConstraint.newBuilder()
                                                .setSelector(AttributeConstraint.Selector.newBuilder()
                                                        .setPseudoattributeType(
                                                                AttributeConstraint.Selector.PseudoattributeType
                                                                        .HOSTNAME))
                                                .setPredicate(AttributeConstraint.Predicate.newBuilder()
                                                        .setTextMatches(
                                                                AttributeConstraint.Predicate.TextMatches.newBuilder()
                                                                        .setRegex(pattern)))))
                                .build())
                .build();
    }

    private void frameworks(String... ids) {
        for (var id : ids) {
            allocator.frameworkChanged(new FrameworkChanged(
                    new FrameworkId(id),
                    FrameworkInfo.getDefaultInstance(),
                    List.of("*"),
                    List.of(),
                    Optional.empty()));
        }
    }

    private void agent(String id, double total, double free) {
        agent(id, total, free, Map.of());
    }

    private void agent(String id, double total, double free, Map<String, Double> held) {
        allocator.agentChanged(changed(id, total, free, held, 0));
    }

    private static AgentChanged untouched(Resources all) {
        return new AgentChanged(
                new AgentId("1"),
                AgentInfo.newBuilder().setHostname("h").build(),
                all,
                all,
                List.of(),
                0,
                List.of(),
                0);
    }

    private static AgentChanged changed(String id, double total, double free, Map<String, Double> held, long answered) {
        var by = held.entrySet().stream()
                .map(e -> new Holding(new FrameworkId(e.getKey()), "*", cpus(e.getValue())))
                .sorted()
                .toList();
        return new AgentChanged(
                new AgentId(id),
                AgentInfo.newBuilder().setHostname("h").build(),
                cpus(total),
                cpus(free),
                by,
                answered,
                List.of(),
                0);
    }

    private static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private String round(Instant now) {
        return allocator.propose(now).stream()
                .map(p -> p.agent() + "→" + p.framework() + ":" + p.resources().millis("cpus") / 1000)
                .collect(Collectors.joining(" "));
    }
}

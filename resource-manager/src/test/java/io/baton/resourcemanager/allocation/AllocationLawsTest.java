package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds after any sequence of events, drawn from a seed. */
class AllocationLawsTest {
    private static final List<String> ROLES = List.of("a", "a/x", "a/y", "b", "c");

    /** Every step is checked: a proposal beyond what is free fails in {@link Stage}, one beyond a limit here. */
    @Property(tries = 150)
    void neitherWhatIsFreeNorALimitIsEverExceeded(@ForAll long seed) {
        play(seed, 60);
    }

    @Property(tries = 30)
    void sameEventsGiveSameProposals(@ForAll long seed) {
        assertThat(play(seed, 40)).isEqualTo(play(seed, 40));
    }

    /** Whatever the order of rounds, after a look at everything nothing more can be given. */
    @Property(tries = 150)
    void incrementalRoundsMissNothing(@ForAll long seed) {
        var stage = new Stage();
        var random = new Random(seed);
        var log = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            step(stage, random, log);
            stage.round();
        }
        stage.pass(Duration.ofSeconds(2));
        stage.round();
        stage.pass(Duration.ofSeconds(2));
        stage.round();
        stage.allocator.everythingChanged();
        assertThat(stage.round()).as("after %s", log).isEmpty();
    }

    /**
     * With these something was missed for good: what a role was kept from at a time when less was to spare than at the first
     * such time, and what a role is promised anew because it has lost something elsewhere.
     */
    @ParameterizedTest
    @ValueSource(longs = {484, 874, 1031, 1383, 3218, 5593, 11853})
    void missNothingWithSeedsThatOnceDid(long seed) {
        incrementalRoundsMissNothing(seed);
    }

    private static String play(long seed, int steps) {
        var stage = new Stage();
        var random = new Random(seed);
        var log = new StringBuilder();
        for (int i = 0; i < steps; i++) {
            step(stage, random, log);
            var before = held(stage);
            log.append(stage.round()).append('\n');
            held(stage).forEach((role, held) -> assertThat(held)
                    .as("role %s after %s", role, log)
                    .isLessThanOrEqualTo(Math.max(before.getOrDefault(role, 0L), room(stage, role))));
        }
        return log.toString();
    }

    /** By top-level role, the cpus that are held and not reserved. */
    private static SortedMap<String, Long> held(Stage stage) {
        var out = new TreeMap<String, Long>();
        for (var role : stage.allocator.roles.all().values()) {
            if (role.consumption != null) {
                out.put(role.path, role.consumption.held.get(stage.allocator.names.of("cpus")));
            }
        }
        return out;
    }

    private static long room(Stage stage, String role) {
        var top = stage.allocator.roles.role(role).consumption;
        long reserved = top.reserved.get(stage.allocator.names.of("cpus"));
        return top.quota().limits().getOrDefault("cpus", Long.MAX_VALUE) - reserved;
    }

    private static void step(Stage stage, Random random, StringBuilder log) {
        var agent = "x" + random.nextInt(6);
        var framework = "f" + random.nextInt(5);
        var role = ROLES.get(random.nextInt(ROLES.size()));
        int what = random.nextInt(12);
        log.append(what)
                .append(' ')
                .append(agent)
                .append(' ')
                .append(framework)
                .append(' ')
                .append(role)
                .append(": ");
        switch (what) {
            case 0, 1 ->
                stage.agentUnlessThere(
                        agent,
                        "cpus:" + (1 + random.nextInt(4)) + " mem:" + 64 * random.nextInt(3)
                                + (random.nextInt(3) == 0 ? " cpus(" + role + "):1" : ""));
            case 2 -> stage.goneIfThere(agent);
            case 3, 4 -> stage.framework(framework, List.copyOf(new TreeSet<>(List.of(role, "b"))), List.of(), i -> i);
            case 5 -> stage.framework(framework, List.of("a", role.equals("a") ? "c" : role), List.of("a"), i -> i);
            case 6 -> stage.unsubscribe(framework);
            case 7, 8 -> stage.declineIfThere(agent, framework, Duration.ofSeconds(random.nextInt(3)));
            case 9 -> stage.pass(Duration.ofMillis(random.nextInt(3000)));
            case 10 -> {
                if (random.nextBoolean()) {
                    stage.limit(role.substring(0, 1), "cpus", 1000L * random.nextInt(6));
                } else {
                    stage.quota(role.substring(0, 1), "cpus:" + random.nextInt(4), "");
                }
            }
            default -> stage.revive(framework, role);
        }
    }
}

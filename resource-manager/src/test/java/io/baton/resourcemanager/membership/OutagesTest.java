package io.baton.resourcemanager.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The leader is the fifth of five masters, a to e; their incarnations are 1 to 5. */
class OutagesTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private final Outages outages = new Outages();
    private Instant looked = NOW;

    /**
     * Looks every tenth of a second until then.
     *
     * @param unreachable names
     * @param silence of voters in milliseconds: {@code a:700}
     */
    private String decide(String unreachable, String silence, Instant now) {
        var silent = new HashMap<String, Duration>();
        words(silence)
                .forEach(word -> silent.put(word.split(":")[0], Duration.ofMillis(Long.parseLong(word.split(":")[1]))));
        var others = new TreeMap<String, Outages.Sight>();
        for (var name : List.of("a", "b", "c", "d")) {
            others.put(
                    name,
                    new Outages.Sight(
                            name.charAt(0) - 'a' + 1,
                            words(unreachable).contains(name),
                            silent.getOrDefault(name, Duration.ZERO)));
        }
        for (var time = looked.plusMillis(100); time.isBefore(now); time = time.plusMillis(100)) {
            outages.decide(others, time);
        }
        looked = now;
        return outages.decide(others, now).stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** When it looks again. */
    private Instant standStill() {
        looked = looked.plusSeconds(15);
        return looked;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }

    @ParameterizedTest(name = "unreachable {0}, silent {1}")
    @CsvSource(delimiter = '|', textBlock = """
            ''      | ''                  | ''    | ''
            ''      | a:4999 b:0          | ''    | ''
            ''      | a:5000 b:4999       | 1     | 1
            a       | a:600 b:100         | 1     | 1
            a       | a:599               | ''    | 1
            a b     | a:9000 b:9000       | 1 2   | 1 2
            a       | ''                  | ''    | 1
            a b     | a:100 b:100         | ''    | 2
            a b c   | a:9000 b:100 c:100  | 1     | 1 3
            """)
    void goesOnWithoutTheSilentAtOnceAndWithoutOneEndOfABrokenLink(
            String unreachable, String silence, String atOnce, String later) {
        assertThat(decide(unreachable, silence, NOW)).isEqualTo(atOnce);
        assertThat(decide(unreachable, silence, NOW.plus(Outages.BROKEN_LINK).minusMillis(1)))
                .isEqualTo(atOnce);
        assertThat(decide(unreachable, silence, NOW.plus(Outages.BROKEN_LINK))).isEqualTo(later);
    }

    @ParameterizedTest(name = "the leader is {0}, unreachable {1}")
    @CsvSource(delimiter = '|', textBlock = """
            c | ''    | ''
            c | c     | a
            c | a     | ''
            c | a c   | b
            a | a     | b
            a | a b c | d
            e | a     | ''
            """)
    void theFirstThatCanBeReachedSucceedsALeaderThatCannot(String leader, String unreachable, String successors) {
        var voters = new TreeMap<String, Boolean>();
        List.of("a", "b", "c", "d")
                .forEach(name -> voters.put(name, words(unreachable).contains(name)));

        assertThat(voters.keySet().stream()
                        .filter(self -> Outages.succeeds(self, leader, voters))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(successors);
        assertThat(Outages.succeeds("", leader, voters)).as("no voter").isFalse();
    }

    @Test
    void aLinkThatWasMendedGetsItsTimeAnew() {
        decide("a b", "", NOW);
        decide("", "", NOW.plusSeconds(1));

        assertThat(decide("a b", "", NOW.plusSeconds(2))).isEmpty();
    }

    @ParameterizedTest(name = "unreachable {0}")
    @CsvSource(delimiter = '|', textBlock = """
            ''  | 5000 | 1 2
            a   | 600  | 1
            """)
    void aLeaderThatStoodStillListensAnew(String unreachable, long patience, String out) {
        decide("", "", NOW);
        var awake = standStill();

        assertThat(decide(unreachable, "a:15000 b:15000", awake)).isEmpty();
        assertThat(decide(unreachable, "a:15000 b:15000", awake.plusMillis(patience - 1)))
                .isEmpty();
        assertThat(decide(unreachable, "a:15000 b:15000", awake.plusMillis(patience)))
                .isEqualTo(out);
    }

    @Test
    void aLinkThatSeemsBrokenToALeaderThatStoodStillGetsItsTimeAnew() {
        decide("a", "", NOW);

        assertThat(decide("a", "", standStill())).isEmpty();
    }

    @Test
    void aLeaderThatStoodStillBeforeItsFirstLookListensAnew() {
        outages.notLeading(NOW);

        assertThat(decide("a", "a:15000 b:15000", standStill())).isEmpty();
    }

    @Test
    void aNewLeaderForgetsWhatItSawBefore() {
        decide("a", "", NOW);
        outages.notLeading(NOW);

        assertThat(decide("a", "", standStill())).isEmpty();
    }
}

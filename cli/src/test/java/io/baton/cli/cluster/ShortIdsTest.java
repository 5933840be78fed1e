package io.baton.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortIdsTest {
    private static final String MASTER = "3f2a81bc-0000-1111-2222-333344445555";
    private static final String LONG = "job.7c9e6679-7425-40de-944b-e07fc1f90ae7.1";
    private static final String LONGER = "job.7c9e6679-7425-40de-944b-e07fc1f90ae7.2";
    private static final ShortIds IDS =
            new ShortIds(List.of(MASTER + "-S0", MASTER + "-S1", MASTER + "-0003", "echo-1", "echo-2", "echo", LONG));

    @Test
    void showsTheMastersBeginningAndTheCountedTail() {
        assertThat(IDS.of(MASTER + "-S0")).isEqualTo("3f2a81bc-S0");
        assertThat(IDS.of(MASTER + "-0003")).isEqualTo("3f2a81bc-0003");
    }

    @Test
    void showsShortIdsWholeAndLongOnesAsAUniquePrefix() {
        assertThat(IDS.of("echo-1")).isEqualTo("echo-1");
        assertThat(IDS.of(LONG)).isEqualTo("job.7c9e");
        assertThat(new ShortIds(List.of(LONG, LONGER)).of(LONG)).isEqualTo(LONG);
    }

    @Test
    void showsPrefixesThatFitNoOtherOfMany() {
        var random = new Random(7);
        var ids = IntStream.range(0, 2_000)
                .mapToObj(i -> "some-long-beginning-of-all-ids-" + random.nextInt(100_000) + "-" + i)
                .toList();
        var shorts = new ShortIds(ids);

        for (var id : ids) {
            var shown = shorts.of(id);
            assertThat(ids.stream().filter(other -> other.startsWith(shown)).toList())
                    .containsExactly(id);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "echo, echo",
        "echo-1, echo-1",
        "job, " + LONG,
        "S1, " + MASTER + "-S1",
        "3f2a81bc-0003, " + MASTER + "-0003"
    })
    void takesWholeIdsPrefixesAndWhatItShows(String given, String meant) {
        assertThat(IDS.resolve(given, "task")).isEqualTo(meant);
    }

    @Test
    void listsTheCandidatesOfAnAmbiguousPrefix() {
        assertThatThrownBy(() -> IDS.resolve("echo-", "task"))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(2))
                .hasMessage("'echo-' fits 2 tasks: echo-1, echo-2; give more of the id");
    }

    @Test
    void saysWhereToLookForAnIdThatIsNone() {
        assertThatThrownBy(() -> IDS.resolve("x", "task"))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(1))
                .hasMessage("no task 'x'; see them with: baton tasks --all");
        assertThatThrownBy(() -> IDS.resolve("", "agent")).hasMessageContaining("baton agents");
    }
}

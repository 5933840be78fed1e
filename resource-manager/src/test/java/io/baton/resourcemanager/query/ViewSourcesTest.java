package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol.Facts.Part;
import io.baton.resourcemanager.query.ViewSources.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewSourcesTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private final ViewSources<String> sources = new ViewSources<>();

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            F1 M2 L3 N4 N5    | TAKE TAKE TAKE TAKE TAKE
            F1 L2 N4 N5       | TAKE TAKE ASK WAIT
            F1 L2 N4 F5 L6 N7 | TAKE TAKE ASK TAKE TAKE TAKE
            F1 L3 N4          | TAKE ASK WAIT
            N7                | ASK
            F7 L8 F1 L2       | TAKE TAKE TAKE TAKE
            F1 L2 N3 N3       | TAKE TAKE TAKE ASK
            F1 L3 F4 L6 F7 L9 | TAKE ASK TAKE WAIT TAKE WAIT
            F1 L3 F4 L5 N7    | TAKE ASK TAKE TAKE ASK
            """)
    void takesWhatComesWithoutAGapAndAsksElse(String numbers, String verdicts) {
        assertThat(judged(numbers)).isEqualTo(verdicts);
    }

    @Test
    void asksAgainWhenTheSourceTakesTooLong() {
        assertThat(sources.judge("a", 5, Part.NEWS, T0)).isEqualTo(Verdict.ASK);
        assertThat(sources.judge("a", 6, Part.NEWS, T0.plusMillis(1999))).isEqualTo(Verdict.WAIT);
        assertThat(sources.judge("a", 7, Part.NEWS, T0.plusSeconds(2))).isEqualTo(Verdict.ASK);
    }

    @Test
    void whoeverIsMissingSomethingAsksAgainByItselfButNotAtOnce() {
        sources.judge("a", 1, Part.FIRST, T0);
        assertThat(sources.late(T0.plusSeconds(60))).as("nothing is missing").isEmpty();
        sources.judge("a", 3, Part.LAST, T0);
        sources.judge("a", 4, Part.FIRST, T0.plusSeconds(1));
        assertThat(sources.late(T0.plusSeconds(60))).as("it is coming").isEmpty();
        sources.judge("a", 6, Part.LAST, T0.plusMillis(1500));

        assertThat(sources.late(T0.plusMillis(1999))).isEmpty();
        assertThat(sources.late(T0.plusSeconds(2))).containsExactly("a");
        assertThat(sources.late(T0.plusSeconds(2))).isEmpty();
        sources.judge("a", 7, Part.FIRST, T0.plusSeconds(2));
        sources.judge("a", 8, Part.LAST, T0.plusSeconds(2));
        assertThat(sources.late(T0.plusSeconds(60))).isEmpty();
    }

    @Test
    void isCompleteWhenEachOtherMasterHasToldEverything() {
        sources.are(List.of());
        assertThat(sources.areComplete()).as("alone").isTrue();

        sources.are(List.of("a", "b"));
        sources.judge("a", 1, Part.FIRST, T0);
        sources.judge("a", 2, Part.LAST, T0);
        sources.judge("b", 1, Part.FIRST, T0);
        assertThat(sources.areComplete()).isFalse();

        sources.judge("b", 2, Part.LAST, T0);
        assertThat(sources.areComplete()).isTrue();

        sources.are(List.of("b", "c"));
        assertThat(sources.areComplete()).as("c is new").isFalse();
    }

    /** It tells the end of what it has, and nobody asks a master that stops for everything. */
    @Test
    void aMasterThatStopsIsHeardToItsEndAndNotWaitedFor() {
        sources.are(List.of("a", "b"));
        assertThat(judged("F1 L2")).isEqualTo("TAKE TAKE");

        sources.are(List.of());
        assertThat(sources.areComplete()).isTrue();
        assertThat(judged("N3 N4 N6 N7")).isEqualTo("TAKE TAKE WAIT WAIT");
        assertThat(sources.late(T0.plusSeconds(60))).isEmpty();

        sources.are(List.of("a"));
        assertThat(sources.areComplete()).as("it is back").isFalse();
        sources.gone("a");
        assertThat(judged("N8")).isEqualTo("ASK");
    }

    private String judged(String numbers) {
        var out = new ArrayList<String>();
        for (var word : numbers.split(" ")) {
            var part =
                    switch (word.charAt(0)) {
                        case 'F' -> Part.FIRST;
                        case 'M' -> Part.MIDDLE;
                        case 'L' -> Part.LAST;
                        default -> Part.NEWS;
                    };
            out.add(sources.judge("a", Long.parseLong(word.substring(1)), part, T0)
                    .name());
        }
        return String.join(" ", out);
    }
}

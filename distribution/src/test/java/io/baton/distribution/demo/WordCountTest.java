package io.baton.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordCountTest {

    @ParameterizedTest(name = "''{0}''")
    @CsvSource(delimiter = '|', textBlock = """
                    ''                  | {}
                    The the THE         | {the=3}
                    a I x               | {}
                    don't e-mail café   | {caf=1, don=1, mail=1}
                    one,two;one9two     | {one=2, two=2}
                    ends here           | {ends=1, here=1}
                    """)
    void countsRunsOfLetters(String text, String counts) {
        assertThat(WordCount.count(bytes(text))).hasToString(counts);
    }

    @ParameterizedTest(name = "{1} pieces of ''{0}''")
    @CsvSource({"one two three four, 1", "one two three four, 3", "one two three four, 50", "x, 3", "onlyoneword, 4"})
    void cutsNoWordAndLosesNoByte(String text, int most) {
        var pieces = WordCount.pieces(bytes(text), most);

        var whole = new ByteArrayOutputStream();
        var counts = new TreeMap<String, Long>();
        for (var piece : pieces) {
            whole.writeBytes(piece);
            WordCount.add(WordCount.count(piece), counts);
        }
        assertThat(whole.toString(StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(counts).isEqualTo(WordCount.count(bytes(text)));
        assertThat(pieces).hasSizeBetween(1, most).noneMatch(piece -> piece.length == 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 'a-z'", "2, 'a-m n-z'", "8, 'a-c d-f g-i j-m n-p q-s t-v w-z'", "26, 'a-a b-b c-c'"})
    void sharesTheAlphabetOut(int reducers, String begin) {
        assertThat(String.join(" ", WordCount.letters(reducers))).startsWith(begin);
        assertThat(WordCount.letters(reducers))
                .hasSize(reducers)
                .last()
                .asString()
                .endsWith("-z");
    }

    @Test
    void readsWhatTasksWrite() {
        assertThat(WordCount.parse(bytes("      3 the\n12 of\n\n")))
                .isEqualTo(new TreeMap<>(Map.of("the", 3L, "of", 12L)));
        assertThatThrownBy(() -> WordCount.parse(bytes("three the end"))).hasMessageContaining("'three the end'");
    }

    @Test
    void ordersByFrequencyThenAlphabet() {
        var counts = new TreeMap<>(Map.of("b", 2L, "a", 2L, "c", 9L, "d", 1L));

        assertThat(WordCount.top(counts, 3)).extracting(WordCount.Count::word).containsExactly("c", "a", "b");
    }

    @Test
    void namesTheWordsThatDiffer() {
        assertThat(WordCount.differences(
                        new TreeMap<>(Map.of("same", 1L, "less", 2L, "gone", 3L)),
                        new TreeMap<>(Map.of("same", 1L, "less", 1L, "more", 4L))))
                .containsExactly("gone: 0 instead of 3", "less: 1 instead of 2", "more: 4 instead of 0");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.baton.httpapi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecesTest {
    private static final long PLENTY = 1 << 20;

    private final List<Word> written = new ArrayList<>();

    private record Word(String text) {}

    private Pieces<Word> pieces(long most) {
        return new Pieces<>(
                (json, word) -> {
                    written.add(word);
                    json.object(() -> json.field("w", word.text()));
                },
                most);
    }

    private static List<Word> words(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Word("ü" + i)).toList();
    }

    private static String text(Pieces<Word> pieces, List<Word> words) {
        return JsonText.write(json -> json.object(
                        () -> json.field("a", 1L).array("words", words, pieces).field("z", 2L)))
                .utf8String();
    }

    private static String plain(List<Word> words) {
        return JsonText.write(json -> json.object(() -> json.field("a", 1L)
                        .array("words", words, word -> json.object(() -> json.field("w", word.text())))
                        .field("z", 2L)))
                .utf8String();
    }

    @Test
    void aListIsWrittenAsIfAtOnce() {
        for (int count : new int[] {0, 1, 2, Pieces.LONGEST, 3 * Pieces.LONGEST}) {
            assertThat(text(pieces(PLENTY), words(count))).isEqualTo(plain(words(count)));
        }
    }

    @Test
    void onlyThePiecesThatHaveChangedAreWrittenAgain() {
        var pieces = pieces(PLENTY);
        var words = new ArrayList<>(words(10_000));
        var random = new Random(7);
        text(pieces, words);
        for (int round = 0; round < 50; round++) {
            written.clear();
            words.set(random.nextInt(words.size()), new Word("changed" + round));
            words.remove(random.nextInt(words.size()));
            words.add(random.nextInt(words.size()), new Word("new" + round));

            assertThat(text(pieces, words)).isEqualTo(plain(words));
            assertThat(written).hasSizeLessThan(6 * Pieces.LONGEST);
        }
        written.clear();
        text(pieces, words);
        assertThat(written).as("nothing has changed").isEmpty();
    }

    @Test
    void whatIsBeyondTheLimitIsWrittenEachTime() {
        var pieces = pieces(0);
        var words = words(100);
        text(pieces, words);
        text(pieces, words);

        assertThat(written).hasSize(200);
    }

    @Test
    void whatIsNotUsedIsForgotten() {
        var pieces = pieces(PLENTY);
        var words = words(100);
        text(pieces, words);
        pieces.forgetUnused();
        text(pieces, words);
        assertThat(written).as("used since").hasSize(100);
        pieces.forgetUnused();
        pieces.forgetUnused();
        text(pieces, words);

        assertThat(written).hasSize(200);
    }
}

package io.baton.executor.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.fetch.ArchiveRules.Entry;
import io.baton.executor.fetch.ArchiveRules.Type;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveRulesTest {
    private final ArchiveRules rules = new ArchiveRules(1_000);

    @ParameterizedTest(name = "{1} {0} -> {2}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            a/b.txt        | FILE          | -            | -
            ./a//b.txt     | FILE          | -            | -
            ./             | DIRECTORY     | -            | -
            ../x           | FILE          | -            | leads out
            a/../../x      | FILE          | -            | leads out
            a/..           | DIRECTORY     | -            | leads out
            /etc/passwd    | FILE          | -            | is absolute
            stdout         | FILE          | -            | would replace the task's stdout
            ./stderr       | SYMBOLIC_LINK | a            | would replace the task's stderr
            a/stdout       | FILE          | -            | -
            .              | FILE          | -            | has no name
            dev            | OTHER         | -            | no file, directory or link
            l              | SYMBOLIC_LINK | b            | -
            a/l            | SYMBOLIC_LINK | ../b/c       | -
            a/l            | SYMBOLIC_LINK | ../../b      | leads out
            l              | SYMBOLIC_LINK | ..           | leads out
            l              | SYMBOLIC_LINK | /etc         | leads out
            a/l            | SYMBOLIC_LINK | b/../../..   | leads out
            a/l            | SYMBOLIC_LINK | b/..         | leads out
            h              | HARD_LINK     | a/b          | -
            h              | HARD_LINK     | ../b         | leads out
            h              | HARD_LINK     | /etc/shadow  | leads out
            h              | HARD_LINK     | .            | has no name
            """)
    void judgesEachEntry(String name, Type type, String target, String refusal) {
        var answer = rules.admit(new Entry(name, type, target == null ? "" : target, 0644));

        assertThat(answer.orElse("")).contains(refusal == null ? "" : refusal);
        assertThat(answer.isPresent()).isEqualTo(refusal != null);
    }

    @Test
    void nothingLiesBehindALink() {
        assertThat(rules.admit(new Entry("a/l", Type.SYMBOLIC_LINK, "b", 0777))).isEmpty();

        assertThat(rules.admit(new Entry("a/l/x", Type.FILE, "", 0644)).orElse(""))
                .contains("behind a link");
        assertThat(rules.admit(new Entry("a/l", Type.FILE, "", 0644)).orElse(""))
                .contains("replaces a link");
    }

    @Test
    void filesThatBecomeSomebodyElseAreRefused() {
        assertThat(rules.admit(new Entry("a", Type.FILE, "", 04755)).orElse("")).contains("setuid");
        assertThat(rules.admit(new Entry("a", Type.FILE, "", 02755)).orElse("")).contains("setuid");
        assertThat(rules.admit(new Entry("a", Type.DIRECTORY, "", 02755))).isEmpty();
    }

    @Test
    void namesOfControlCharactersDoNotReachTheMessage() {
        assertThat(rules.admit(new Entry("../\n\u001b", Type.FILE, "", 0)).orElse(""))
                .contains("'../??'");
    }

    @Test
    void oneEntryTooManyIsRefused() {
        for (int i = 0; i < ArchiveRules.MAX_ENTRIES; i++) {
            assertThat(rules.admit(new Entry("a", Type.DIRECTORY, "", 0))).isEmpty();
        }

        assertThat(rules.admit(new Entry("a", Type.DIRECTORY, "", 0)))
                .isEqualTo(Optional.of("more than 100000 entries"));
    }

    @Test
    void aBombIsRefusedOnceItIsLarge() {
        assertThat(rules.grow(ArchiveRules.RATIO_FROM_BYTES)).isEmpty();

        assertThat(rules.grow(1).orElse("")).contains("200 times");
    }

    @Test
    void aLargeArchiveMayHoldMuch() {
        var large = new ArchiveRules(100L << 20);

        assertThat(large.grow((100L << 20) * ArchiveRules.MAX_RATIO)).isEmpty();
        assertThat(large.grow(1 << 20)).isPresent();
    }
}

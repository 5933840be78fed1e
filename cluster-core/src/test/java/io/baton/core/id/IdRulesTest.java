package io.baton.core.id;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "?", "\u00e9", "a\uD83D\uDE00", "\ufffd"})
    void textIsAnId(String id) {
        assertThat(IdRules.problemOfId(id)).isEmpty();
        assertThat(IdRules.problemOfChosenId(id)).isEmpty();
    }

    /** They would all be one id in UTF-8, and none of them the one that was meant. */
    @ParameterizedTest(name = "[{index}]")
    @ValueSource(chars = {'\uD800', '\uDBFF', '\uDC00', '\uDFFF'})
    void halfOfASurrogatePairIsNotOfAnId(char half) {
        for (var id : new String[] {"" + half, half + "a", "a" + half, "\uD83D\uDE00" + half}) {
            assertThat(IdRules.problemOfId(id)).get().asString().contains("contains invalid characters");
            assertThat(IdRules.problemOfChosenId(id)).isPresent();
        }
    }

    @Test
    void whatIsShownOfItCanBeWritten() {
        assertThat(IdRules.printable("a\uD800b\uD83D\uDE00")).isEqualTo("a\\ud800b\uD83D\uDE00");
    }
}

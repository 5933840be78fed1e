package io.baton.resourcemanager.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"x", "x?", "", "\u00e9", "a\uD83D\uDE00", "0e5d-S1"})
    void textIsItsOwnName(String id) {
        assertThat(EntityNames.of(id)).isEqualTo(id);
    }

    @Test
    void whatIsWrittenAlikeHasOneName() {
        assertThat(EntityNames.of("x\uD800"))
                .isEqualTo(EntityNames.of("x\uDC00"))
                .isEqualTo("x\ufffd");
        assertThat(EntityNames.of("\uD83D\uDE00\uDE00")).isEqualTo("\uD83D\uDE00\ufffd");
    }

    @Test
    void twoNamesAreWrittenInTwoWays() {
        assertThat(written("x\uD800")).isEqualTo(written("x\uDC00")).isNotEqualTo(written("x?"));
    }

    /** As sharding does it. */
    private static String written(String id) {
        return URLEncoder.encode(EntityNames.of(id), StandardCharsets.UTF_8);
    }
}

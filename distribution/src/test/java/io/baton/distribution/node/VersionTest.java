package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource({"1.2.3, 1.2.3", "1.2.3-SNAPSHOT, 1.2.3", "1.2, 1.2", ", 0.1.0"})
    void isDigitsAndDots(String version, String digits) {
        assertThat(Version.digits(version)).isEqualTo(digits);
    }

    @Test
    void saysWhenItWasBuilt() {
        var info = Version.info("1.2.3", Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(info.getBuildDate()).isEqualTo("2026-01-02 03:04:05 UTC");
        assertThat(info.getBuildTime()).isEqualTo(1_767_323_045.0);
        assertThat(Version.INFO.getBuildTime()).as("the build has filled it in").isGreaterThan(1.7e9);
    }
}

package io.baton.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {

    @ParameterizedTest
    @CsvSource({
        "-5, 0s",
        "0, 0s",
        "59, 59s",
        "60, 1m",
        "192, 3m12s",
        "3600, 1h",
        "3661, 1h1m",
        "86400, 1d",
        "100000, 1d3h"
    })
    void writesAgesInTheirTwoLargestUnits(long seconds, String shown) {
        assertThat(Shown.age(seconds)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "0.5, 0.5", "0.1, 0.1", "0.30000000000000004, 0.3", "1.2345, 1.235", "1000000, 1000000"})
    void writesAmountsWithoutNeedlessDigits(double amount, String shown) {
        assertThat(Shown.amount(amount)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"64, 64M", "1023, 1023M", "1024, 1G", "7700, 7.5G"})
    void writesMegabytes(double megabytes, String shown) {
        assertThat(Shown.megabytes(megabytes)).isEqualTo(shown);
    }

    @Test
    void escapesWhatCouldMisleadAReader() {
        assertThat(Shown.text("a\u001b[31mred\nb\u202etxt.exe\u200b\u0007"))
                .isEqualTo("a\\u001b[31mred\\nb\\u202etxt.exe\\u200b\\u0007");
        assertThat(Shown.text("Grüße, 世界 😀")).isEqualTo("Grüße, 世界 😀");
        assertThat(Shown.text("\udb40\udc41")).isEqualTo("\\U000e0041");
    }
}

package io.baton.protocol.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalNamesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "1, Hangup",
        "9, Killed",
        "15, Terminated",
        "24, CPU time limit exceeded",
        "31, Bad system call",
        "34, Real-time signal 0",
        "64, Real-time signal 30",
    })
    void nameAndNumberBelongTogether(int number, String name) {
        assertThat(SignalNames.of(number)).isEqualTo(name);
        assertThat(SignalNames.number(name)).hasValue(number);
    }

    @Test
    void noNameMeansNoNumber() {
        assertThat(SignalNames.of(0)).isEqualTo("Unknown signal 0");
        assertThat(SignalNames.of(32)).isEqualTo("Unknown signal 32");
        assertThat(SignalNames.number("Unknown signal 99")).isEmpty();
    }
}

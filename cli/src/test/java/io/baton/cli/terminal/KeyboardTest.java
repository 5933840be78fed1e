package io.baton.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyboardTest {
    @ParameterizedTest
    @CsvSource({"24 80, 24, 80", "'', ,", "0 0, 0, 0", "80, ,", "a b, ,", "-1 3, ,"})
    void readsTheSizeThatSttyTells(String said, Integer rows, Integer columns) {
        var size = Keyboard.parse(said).map(terminal -> terminal.getWindowSize());

        assertThat(size.map(s -> s.getRows()).orElse(null)).isEqualTo(rows);
        assertThat(size.map(s -> s.getColumns()).orElse(null)).isEqualTo(columns);
    }
}

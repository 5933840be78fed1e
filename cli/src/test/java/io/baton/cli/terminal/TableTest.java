package io.baton.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsColumnsAndLeavesNoBlanksAtTheEnd() {
        var table = new Table(List.of("ID", "STATE", "AGE"));
        table.add(List.of("a", "RUNNING", "3s"));
        table.add(List.of("longer\tid", "", "10m"));

        assertThat(written(table, false).lines())
                .containsExactly(
                        "ID           STATE     AGE", "a            RUNNING   3s", "longer\\tid   -         10m");
    }

    @Test
    void paintsStatesWithoutShiftingTheNextColumn() {
        var table = new Table(List.of("STATE", "AGE"));
        table.add(List.of("FAILED", "3s"));

        assertThat(written(table, true)).isEqualTo("STATE    AGE\n\u001b[31mFAILED\u001b[0m   3s\n");
    }

    @Test
    void refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table(List.of("A")).add(List.of("1", "2"))).hasMessageContaining("2 cells");
    }

    private static String written(Table table, boolean colour) {
        var bytes = new ByteArrayOutputStream();
        table.write(new PrintStream(bytes, true, StandardCharsets.UTF_8), colour);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

package io.baton.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void drawsABarOnATerminal() {
        var progress = new Progress(terminal(true));
        progress.at(1, 2);
        progress.at(2, 2);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "\r[" + "#".repeat(20) + ".".repeat(20) + "] 1/2 tasks\r[" + "#".repeat(40) + "] 2/2 tasks\n");
    }

    @Test
    void writesALineForEveryTenthElsewhere() {
        var progress = new Progress(terminal(false));
        for (var done = 1; done <= 100; done++) {
            progress.at(done, 100);
        }

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(10)
                .startsWith("10 of 100 tasks done")
                .endsWith("100 of 100 tasks done");
    }

    @Test
    void percentilesAreTimesThatWereMeasured() {
        var figures = new Figures();
        assertThat(figures).hasToString("p50 0.0 ms, p99 0.0 ms");
        for (var i = 1; i <= 200; i++) {
            figures.add(i * 1_000_000L);
        }
        assertThat(figures).hasToString("p50 100.0 ms, p99 198.0 ms");
    }

    private Terminal terminal(boolean live) {
        var nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        return new Terminal(nowhere, new PrintStream(err, true, StandardCharsets.UTF_8), false, live);
    }
}

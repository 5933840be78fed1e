package io.baton.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.command.CommandRunner;
import io.baton.cli.command.Commands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal failing(String why) {
        var out = Output.over(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        });
        return new Terminal(out, new PrintStream(err, true, StandardCharsets.UTF_8), false, false);
    }

    private static int help(Terminal terminal) {
        return CommandRunner.run(new Commands(terminal).lineFor("help"), terminal, "help");
    }

    @Test
    void resultsThatCannotBeWrittenAreAFailureThatSaysWhy() {
        assertThat(help(failing("No space left on device"))).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("baton: cannot write the output: No space left on device\n");
    }

    @Test
    void aReaderThatHasEnoughIsToldNothing() {
        assertThat(help(failing("Broken pipe"))).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatIsWrittenIsNoTrouble() {
        var out = new ByteArrayOutputStream();
        var terminal = new Terminal(Output.over(out), new PrintStream(err, true, StandardCharsets.UTF_8), false, false);

        assertThat(help(terminal)).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage");
        assertThat(terminal.lostOutput()).isEmpty();
    }
}

package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineWriterTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void passesTheOutputOfOneTaskOnAsItIs() {
        var writer = new LineWriter(out, "");
        writer.write(new byte[] {0, (byte) 0xff, 'a'});
        writer.end();

        assertThat(written.toByteArray()).containsExactly(0, 0xff, 'a');
    }

    @Test
    void namesTheTaskOfEachLine() {
        var one = new LineWriter(out, "t-0");
        var other = new LineWriter(out, "t-1");
        one.write("begun, ".getBytes(StandardCharsets.UTF_8));
        other.write("whole\n".getBytes(StandardCharsets.UTF_8));
        one.write("ended\n\nlast".getBytes(StandardCharsets.UTF_8));
        one.end();
        other.end();

        assertThat(written.toString(StandardCharsets.UTF_8))
                .isEqualTo("t-1 | whole\nt-0 | begun, ended\nt-0 | \nt-0 | last\n");
    }
}

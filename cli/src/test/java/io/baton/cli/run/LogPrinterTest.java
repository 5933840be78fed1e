package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.cluster.AgentFiles.Part;
import io.baton.v1.FileInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPrinterTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    /** Gives so many bytes at a time at most. */
    private record Stingy(byte[] content, int most) implements GrowingFile.Source {
        @Override
        public Part read(String path, long offset, long length) {
            int from = (int) Math.min(offset, content.length);
            int to = (int) Math.min(content.length, from + Math.min(length, most));
            return new Part(content.length, Arrays.copyOfRange(content, from, to));
        }

        @Override
        public List<FileInfo> list(String directory) {
            return List.of();
        }
    }

    @ParameterizedTest(name = "of an agent that gives {0} bytes at a time")
    @ValueSource(ints = {1_000, 65_536, 1_000_000})
    void theLastLinesAreTheLastOnes(int most) throws IOException {
        var lines = IntStream.range(0, 100_000).mapToObj(i -> "line " + i).toList();
        var content = String.join("\n", lines) + "\n";

        printer(new Stingy(content.getBytes(StandardCharsets.UTF_8), most)).show(10);

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo(lines.stream().skip(99_990).map(line -> line + "\n").collect(Collectors.joining()));
    }

    @Test
    void givesUpOnAnAgentThatDoesNotComeBack() {
        var said = new ArrayList<String>();
        GrowingFile.Source gone = new GrowingFile.Source() {
            @Override
            public Part read(String path, long offset, long length) throws IOException {
                throw new IOException("Connection refused");
            }

            @Override
            public List<FileInfo> list(String directory) throws IOException {
                throw new IOException("Connection refused");
            }
        };

        assertThatThrownBy(() -> printer(gone).follow(() -> false, failure -> said.add(failure.getMessage())))
                .isInstanceOf(IOException.class)
                .hasMessage("Connection refused");
        assertThat(said).containsExactly("Connection refused");
    }

    private LogPrinter printer(GrowingFile.Source source) {
        return new LogPrinter(source, "/sandbox/stdout", out, Duration.ofMillis(500));
    }
}

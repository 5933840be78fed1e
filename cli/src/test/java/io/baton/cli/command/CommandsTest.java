package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandsTest {
    private static Terminal writing(OutputStream out) {
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Terminal(stream, stream, false, false);
    }

    static Stream<String> commands() {
        return below(new Commands(writing(OutputStream.nullOutputStream())).all(), "");
    }

    private static Stream<String> below(CommandLine line, String words) {
        return line.getSubcommands().entrySet().stream()
                .flatMap(entry -> Stream.concat(
                        Stream.of(words + entry.getKey()), below(entry.getValue(), words + entry.getKey() + " ")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandOfEveryDepthSaysHowItIsUsed(String words) {
        var out = new ByteArrayOutputStream();
        var args = (words + " --help").split(" ");

        var status = CommandRunner.run(new Commands(writing(out)).lineFor(args), writing(out), args);

        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: baton " + words + " ");
    }
}

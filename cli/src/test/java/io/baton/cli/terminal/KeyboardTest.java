package io.baton.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @TempDir
    private Path directory;

    /**
     * Runs it at a terminal of its own, with what is written there before and after.
     *
     * @param then shell words behind the start of it
     */
    private List<String> atATerminal(String then) throws Exception {
        assumeThat(Path.of("/usr/bin/script")).as("script(1) makes a terminal").isExecutable();
        var java = Path.of(System.getProperty("java.home"), "bin/java");
        var line = "stty rows 33 cols 99; echo before $(stty -g); " + java + " -cp '"
                + System.getProperty("java.class.path") + "' " + KeyboardMain.class.getName() + " "
                + directory.resolve("size") + then + "; echo after $(stty -g)";
        var script = new ProcessBuilder("script", "-qec", line, "/dev/null")
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        var said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        script.waitFor();
        return said.lines()
                .map(String::strip)
                .filter(l -> l.startsWith("before ") || l.startsWith("after "))
                .map(l -> l.substring(l.indexOf(' ')))
                .toList();
    }

    @Test
    void theTerminalIsAfterwardsAsItWas() throws Exception {
        var settings = atATerminal("");

        assertThat(settings).hasSize(2);
        assertThat(settings.get(1)).isEqualTo(settings.get(0)).isNotBlank();
        assertThat(directory.resolve("size")).hasContent("33x99");
    }

    @Test
    void alsoWhenItsProcessIsEndedFromOutside() throws Exception {
        var settings = atATerminal(" waits & pid=$!; while [ ! -s " + directory.resolve("size")
                + " ]; do sleep 0.1; done; echo before $(stty -g); kill $pid; wait $pid");

        assertThat(settings).hasSize(3);
        assertThat(settings.get(1)).as("raw").isNotEqualTo(settings.get(0));
        assertThat(settings.get(2)).isEqualTo(settings.get(0));
    }
}

package io.baton.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Servers that cannot start as they were told to: one line that says what to do. */
@Timeout(60)
class RefusedStartTest {
    private static final String LOG = "logback.configurationFile";

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    /** Commands set up the log unless a file does, and this process has one already. */
    @BeforeEach
    void keepTheLog() {
        LoggerFactory.getILoggerFactory();
        System.setProperty(LOG, "unread");
    }

    @AfterEach
    void letTheLogGo() {
        System.clearProperty(LOG);
    }

    @ParameterizedTest(name = "seeds = {0}")
    @ValueSource(strings = {"[]", "[\"127.0.0.1:1\", \"127.0.0.2:1\"], baton.node.cluster-port = 1"})
    void aMastersWorkDirectoryThatIsAFileOrInOne(String seeds) throws IOException {
        var file = Files.createFile(directory.resolve("file"));

        assertThat(master(file, seeds)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("the work directory '" + file + "' is a file");
        err.reset();
        assertThat(master(file.resolve("below"), seeds)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("cannot write in the work directory '" + file.resolve("below") + "'");
    }

    private int master(Path workDir, String seeds) throws IOException {
        var settings = Files.writeString(
                directory.resolve("master.conf"),
                "baton.node.work-dir = \"" + workDir + "\"\nbaton.node.seeds = " + seeds.replace(", baton", "\nbaton"));
        return baton("master", "--ip", "127.0.0.1", "--port", "0", "--config", settings.toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "baton.http.port = 6061, use baton.agent.port",
        "baton.node.work-dir = /x, use baton.agent.work-dir",
        "baton.node.seeds = [m], use baton.agent.masters"
    })
    void anAgentsFileWithAKeyOfMasters(String line, String right) throws IOException {
        var settings = Files.writeString(directory.resolve("agent.conf"), line);

        assertThat(baton("agent", "--config", settings.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(settings + ": 1: ", line.split(" ")[0], "not read by this command; " + right);
    }

    private int baton(String... args) {
        return Main.run(
                new Terminal(
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false),
                args);
    }
}

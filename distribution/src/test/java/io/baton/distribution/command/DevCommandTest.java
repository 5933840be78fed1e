package io.baton.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.terminal.Terminal;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.executor.AgentConfig;
import io.baton.httpapi.server.HttpConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DevCommandTest {
    @TempDir
    private Path directory;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            baton { }                                                       |               | 127.0.0.1 | 127.0.0.1 | localhost
            baton.http.host = "10.0.0.7"                                    |               | 10.0.0.7  | 10.0.0.7  | 10.0.0.7
            baton.http.host = "10.0.0.7"                                    | --ip=10.0.0.8 | 10.0.0.8  | 10.0.0.8  | 10.0.0.8
            baton { http.host = "10.0.0.7", agent.hostname = here }         |               | 10.0.0.7  | 10.0.0.7  | here
            baton.http.host = "0.0.0.0"                                     |               | 0.0.0.0   | ''        | ''
            """)
    void theAgentSaysThatItIsWhereItListens(String text, String option, String listening, String ip, String name)
            throws IOException {
        var configuration = configuration(text, option == null ? List.of() : List.of(option));

        assertThat(configuration.read(HttpConfig::from).host()).isEqualTo(listening);
        var agent = configuration.readGiven(AgentConfig::from);
        assertThat(agent.ip()).isEqualTo(ip);
        assertThat(agent.hostname()).isEqualTo(name);
    }

    /** The file may be that of an agent and a master that run: `dev` ends what runs in its directory, and may remove it. */
    @ParameterizedTest(name = "--work-dir={0}")
    @ValueSource(strings = {"", "/elsewhere"})
    void worksInNoDirectoryThatOnlyTheFileNames(String given) throws IOException {
        var text = "baton { node.work-dir = \"/var/lib/baton/master\", agent.work-dir = \"/var/lib/baton/agent\" }";

        var configuration = configuration(text, given.isEmpty() ? List.of() : List.of("--work-dir", given));

        assertThat(configuration.readGiven(AgentConfig::from).workDir()).isEqualTo(directory);
        assertThat(configuration.read(NodeConfig::from).workDir()).contains(directory);
    }

    private Configuration configuration(String text, List<String> options) throws IOException {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        var dev = new DevCommand(new Terminal(nowhere, nowhere, false, false));
        var file = Files.writeString(directory.resolve("dev.conf"), text).toString();
        var line = new ArrayList<>(List.of("--config", file));
        line.addAll(options);
        new CommandLine(dev).parseArgs(line.toArray(String[]::new));
        return dev.configuration(directory);
    }
}

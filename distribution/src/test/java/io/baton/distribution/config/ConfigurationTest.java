package io.baton.distribution.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.baton.cli.terminal.CommandFailure;
import io.baton.executor.AgentConfig;
import io.baton.httpapi.server.HttpConfig;
import io.baton.resourcemanager.MasterConfig;
import io.baton.resourcemanager.registry.RegistryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    @TempDir
    private Path directory;

    @Test
    void standsTheCommandLineAboveTheFileAboveTheDefaults() throws IOException {
        var configuration = Configuration.load(
                file("baton.http { host = \"10.0.0.1\", port = 1111 }"), Map.of("baton.http.port", 2222));

        var http = configuration.read(HttpConfig::from);
        assertThat(http.host()).isEqualTo("10.0.0.1");
        assertThat(http.port()).isEqualTo(2222);
        assertThat(configuration.read(MasterConfig::from).offerTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(configuration.readGiven(AgentConfig::from).port()).isEqualTo(5051);
    }

    @Test
    void aCommandsOwnDefaultsStandBelowTheFile() throws IOException {
        Map<String, Object> usual = Map.of(
                "baton.http.host",
                "127.0.0.1",
                "baton.http.port",
                5050,
                "baton.agent.port",
                5051,
                "baton.agent.work-dir",
                directory.toString());
        var configuration = Configuration.load(
                file("baton { http.port = 6060, agent.port = 6061 }"), Map.of("baton.agent.port", 7071), usual);

        assertThat(configuration.read(HttpConfig::from).host()).isEqualTo("127.0.0.1");
        assertThat(configuration.read(HttpConfig::from).port()).isEqualTo(6060);
        assertThat(configuration.readGiven(AgentConfig::from).port()).isEqualTo(7071);
        assertThat(configuration.readGiven(AgentConfig::from).workDir()).isEqualTo(directory);
    }

    @Test
    void showsWhatIsInForceButNoSecrets() throws IOException {
        var configuration = Configuration.load(
                file(
                        "baton.http.port = 1111, pekko { loglevel = DEBUG, ssl.keystore-password = hush, api-key = hush }"),
                Map.of("baton.node.link-port", 7));

        var shown = configuration.shown(List.of("baton.agent", "baton.http", "baton.node"));

        assertThat(shown)
                .containsEntry("baton.http.port", "1111")
                .containsEntry("baton.node.link-port", "7")
                .containsEntry("baton.agent.max-tasks", "10000")
                .containsEntry("pekko.loglevel", "DEBUG")
                .containsEntry("pekko.ssl.keystore-password", "(hidden)")
                .containsEntry("pekko.api-key", "(hidden)")
                .doesNotContainKey("baton.master.offer-timeout");
        assertThat(shown.values()).noneMatch(value -> value.contains("hush"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    baton.master.offer-timout = 3s   | FILE: 1: Invalid value at 'baton.master.offer-timout': no such setting; did you mean baton.master.offer-timeout?
                    baton.agent.work-dirr = /x       | FILE: 1: Invalid value at 'baton.agent.work-dirr': no such setting; did you mean baton.agent.work-dir?
                    master.offer-timeout = 3s        | FILE: 1: Invalid value at 'master': no such setting; ours stand under 'baton'
                    baton {                          | FILE: 1: expecting a close parentheses
                    """)
    void refusesAKeyThatNobodyReads(String text, String message) throws IOException {
        var file = file(text);

        assertThatThrownBy(() -> Configuration.load(file, Map.of()))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.status()).isEqualTo(2))
                .hasMessageStartingWith("settings: "
                        + message.replace("FILE", file.orElseThrow().toString()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    baton.node.link-port = 70000                     | 'baton.node.link-port': must be at most 65535, is 70000
                    baton.node.link-port = -1                        | 'baton.node.link-port': must be at least 0, is -1
                    baton.node.seeds = [here]                        | 'baton.node.seeds': 'here' is no host:port; write it as master-1:25520
                    baton.node.seeds = ["a:99999"]                   | 'baton.node.seeds': 'a:99999' is no host:port; write it as master-1:25520
                    baton.node.seeds = ["a:1"]                       | 'baton.node.cluster-port': must be a fixed port, such as 25520
                    baton.node.expected-masters = -1                 | 'baton.node.expected-masters': must be at least 0, is -1
                    baton.node.expected-masters = 6                  | 'baton.node.expected-masters': must be at most 5, is 6
                    baton.node.seeds = ["a:1", "b:1", "c:1", "d:1", "e:1", "f:1"] | 'baton.node.seeds': they are 6, and a cluster has at most 5 masters
                    baton.node.join-timeout = 1s                     | 'baton.node.join-timeout': must be at least PT5S
                    baton.node.stop-timeout = 1ms                    | 'baton.node.stop-timeout': must be at least PT0.1S
                    baton.node.stop-timeout = 1h                     | 'baton.node.stop-timeout': must be at most PT5M
                    """)
    void refusesValuesThatWillNotDo(String text, String message) throws IOException {
        var configuration = Configuration.load(file(text), Map.of());

        assertThatThrownBy(() -> configuration.read(NodeConfig::from))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            baton.node { }                                                                              | 1
            baton.node { seeds = ["a:1", "b:1", "c:1"], cluster-port = 1 }                              | 3
            baton.node { seeds = ["a:1", "b:1", "c:1"], cluster-port = 1, expected-masters = 5 }        | 5
            baton.node { seeds = ["a:1", "b:1", "c:1", "d:1", "e:1"], cluster-port = 1 }                | 5
            """)
    void expectsAsManyMastersAsThereAreSeedsUnlessToldOtherwise(String text, int masters) throws IOException {
        var node = Configuration.load(file(text), Map.of()).read(NodeConfig::from);

        assertThat(node.expectedMasters()).isEqualTo(masters);
        assertThat(node.reachableAt("127.0.0.1")).isEqualTo("127.0.0.1");
        assertThat(node.reachableAt("10.1.2.3")).isEqualTo("10.1.2.3");
    }

    /** What others call a master by another name does not reach it: it drops what is not meant for its own. */
    @ParameterizedTest(name = "{0}, listening on {1}")
    @CsvSource(delimiter = '|', textBlock = """
            seeds = ["localhost:7", "192.0.2.1:7"]                         | 0.0.0.0   | localhost | true
            seeds = ["192.0.2.1:7", "localhost:7"]                         | 0.0.0.0   | localhost | true
            seeds = ["localhost:8", "127.0.0.1:7"]                         | 0.0.0.0   | 127.0.0.1 | true
            seeds = ["localhost:7", "127.0.0.1:7"]                         | 127.0.0.1 | 127.0.0.1 | true
            seeds = ["127.0.0.2:7", "127.0.0.3:7"]                         | 127.0.0.3 | 127.0.0.3 | true
            seeds = ["192.0.2.1:7"]                                        | 127.0.0.1 | 127.0.0.1 | false
            seeds = ["localhost:7"], advertise = m1                        | 0.0.0.0   | m1        | false
            seeds = ["[::1]:7"]                                            | 0.0.0.0   | ::1       | true
            """)
    void aMasterGoesByTheNameItHasAmongTheSeeds(String text, String listening, String reachable, boolean seed)
            throws IOException {
        var node = Configuration.load(file("baton.node { cluster-port = 7, " + text + " }"), Map.of())
                .read(NodeConfig::from)
                .reachedAt(listening);

        assertThat(node.advertise()).isEqualTo(reachable);
        assertThat(node.isSeed(reachable)).isEqualTo(seed);
    }

    /** On a stock Debian a host's own name leads to 127.0.1.1, where schedulers of other hosts find themselves. */
    @ParameterizedTest(name = "{0}, listening on {1}")
    @CsvSource(delimiter = '|', textBlock = """
            localhost       | 10.0.0.7  | 10.0.0.7
            localhost       | 127.0.0.1 | 127.0.0.1
            127.0.0.2       | 0.0.0.0   | 127.0.0.2
            10.0.0.8        | 0.0.0.0   | 10.0.0.8
            nowhere.invalid | 0.0.0.0   | ''
            """)
    void aNameThatLeadsToLoopbackHidesNoAddress(String reachable, String listening, String address) {
        assertThat(NodeConfig.address(reachable, listening)
                        .map(InetAddress::getHostAddress)
                        .orElse(""))
                .isEqualTo(address);
    }

    @Test
    void aNameThatLeadsToLoopbackStandsForTheWayOutOfOneThatListensEverywhere() {
        assertThat(NodeConfig.address("localhost", "0.0.0.0"))
                .map(InetAddress::getHostAddress)
                .hasValue(OwnAddress.find(false));
    }

    @Test
    void whatBatonSetsOfPekkoHoldsWhateverTheOrderOfTheClassPathUnlessAnOperatorSaysElse() throws IOException {
        var frame = "pekko.remote.artery.advanced.maximum-frame-size";

        assertThat(Configuration.load(Optional.empty(), Map.of()).all().getBytes(frame))
                .isEqualTo(16L << 20);
        assertThat(Configuration.load(file(frame + " = 1m"), Map.of()).all().getBytes(frame))
                .isEqualTo(1L << 20);
        assertThat(Configuration.load(Optional.empty(), Map.of())
                        .all()
                        .getInt("pekko.cluster.sharding.number-of-shards"))
                .isEqualTo(60);
    }

    /** Three seconds, as Pekko has it, were seen to pass on a busy host before the port was bound, and the master gave up. */
    @Test
    void aStartOnABusyHostHasTime() {
        var settings = Configuration.load(Optional.empty(), Map.of()).all();

        for (var limit : List.of("pekko.remote.artery.bind.bind-timeout", "pekko.logger-startup-timeout")) {
            assertThat(settings.getDuration(limit)).as(limit).isEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void saysThatAFileIsMissing() {
        var missing = directory.resolve("none.conf");

        assertThatThrownBy(() -> Configuration.load(Optional.of(missing), Map.of()))
                .hasMessage("cannot read the settings in '" + missing + "': there is no such file; check --config");
    }

    @ParameterizedTest
    @ValueSource(strings = {"master.conf", "agent.conf"})
    void whatIsCommentedOutInTheFilesForOperatorsIsTheDefault(String name) throws IOException {
        var text = Files.readString(Path.of("..", "conf", name)).replaceAll("(?m)^( +)# ([a-z.-]+ = )", "$1$2");
        var defaults = Configuration.load(Optional.empty(), Map.of()).all();

        assertThat(ConfigFactory.parseString(text).entrySet()).isNotEmpty().allSatisfy(entry -> assertThat(
                        defaults.getValue(entry.getKey()).unwrapped())
                .as(entry.getKey())
                .isEqualTo(entry.getValue().unwrapped()));
    }

    /** A master without one is of another cluster each time it starts. */
    @Test
    void theUnitOfMastersNamesAWorkDirectoryWhichSystemdMakes() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", "conf", "baton-master.service")))
                .contains("StateDirectory=baton/master")
                .anyMatch(line -> line.startsWith("ExecStart=") && line.endsWith(" --work-dir /var/lib/baton/master"));
        assertThat(Files.readString(Path.of("..", "conf", "master.conf"))).contains("# work-dir = ");
    }

    /** A master may write nowhere else, and two processes that roll one file lose lines. */
    @ParameterizedTest
    @ValueSource(strings = {"master", "agent"})
    void aUnitHasADirectoryOfItsOwnForItsLog(String server) throws IOException {
        assertThat(Files.readAllLines(Path.of("..", "conf", "baton-" + server + ".service")))
                .contains("LogsDirectory=baton/" + server)
                .contains("Environment=BATON_LOG_DIR=/var/log/baton/" + server);
        assertThat(Files.readString(Path.of("..", "conf", "logback.xml")))
                .contains("<property name=\"directory\" value=\"${BATON_LOG_DIR:-")
                .contains("<file>${directory}/");
        assertThat(Files.readString(Path.of("..", "conf", "README.md"))).contains("/conf/logback.xml /etc/baton/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"master.conf", "agent.conf"})
    void theFilesForOperatorsAreRead(String name) {
        var file = Path.of("..", "conf", name);

        assertThat(Configuration.load(Optional.of(file), Map.of()).all().getInt("baton.http.port"))
                .isEqualTo(5050);
    }

    /** Each line that is commented out names a key that exists, with a value that will do. */
    @ParameterizedTest
    @ValueSource(strings = {"master.conf", "agent.conf"})
    void theExamplesForOperatorsAreRight(String name) throws IOException {
        var credentials = Files.writeString(directory.resolve("credentials"), "ann sesame\n");
        var text = Files.readString(Path.of("..", "conf", name))
                .replaceAll("(?m)^  # ([a-z-]+ = )", "  $1")
                .replace("/etc/baton/credentials", credentials.toString());
        var configuration = Configuration.load(file(text), Map.of());

        configuration.read(HttpConfig::from);
        configuration.read(NodeConfig::from);
        configuration.read(MasterConfig::from);
        configuration.read(RegistryConfig::from);
        configuration.readGiven(AgentConfig::from);
    }

    @ParameterizedTest
    @CsvSource({"baton.master.unreachable-after = 1m", "baton.registry.port = 1", "baton.authentication.agents = on"})
    void tellsOfWhatIsForOthers(String line) throws IOException {
        var configuration = Configuration.load(file("baton.agent.oci {\n}\n" + line), Map.of());
        var warnings = new ArrayList<String>();

        configuration.warnOf(
                Set.of("baton.agent", "baton.authentication.agents", "baton.master", "baton.registry"),
                "masters",
                warnings::add);

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("some.conf: 3: ", line.split(" ")[0], "it is for masters");
    }

    private Optional<Path> file(String text) throws IOException {
        return Optional.of(Files.writeString(directory.resolve("some.conf"), text));
    }
}

package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    private static AgentConfig config(String text) {
        return AgentConfig.from(ConfigFactory.parseString(text));
    }

    @Test
    void defaults() {
        var config = config("");

        assertThat(config.workDir()).hasToString("/var/lib/baton/agent");
        assertThat(config.masters()).containsExactly("127.0.0.1:5050");
        assertThat(config.port()).isEqualTo(5051);
        assertThat(config.cleanup()).isFalse();
        assertThat(config.announcesStarting()).isTrue();
        assertThat(config.maxTasks()).isEqualTo(10_000);
        assertThat(config.concurrentLaunches()).isGreaterThanOrEqualTo(4);
        assertThat(config.rememberedFor()).isEqualTo(Duration.ofHours(24));
        assertThat(config.sandboxes().maxAge()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void mastersAreAddresses() {
        var masters = List.of("m:5050", "http://m:65535/", "https://[::1]:5050");

        assertThat(AgentConfig.from(ConfigFactory.parseMap(Map.of("baton.agent.masters", masters)))
                        .masters())
                .isEqualTo(masters);
    }

    @Test
    void whatIsGivenWins() {
        var config =
                config("baton.agent { work-dir = rel, recover = cleanup, shell = /bin/sh, resources = \"cpus:1\" }");

        assertThat(config.workDir()).isAbsolute().endsWithRaw(java.nio.file.Path.of("rel"));
        assertThat(config.cleanup()).isTrue();
        assertThat(config.shell()).hasToString("Optional[/bin/sh]");
        assertThat(config.resources()).isEqualTo("cpus:1");
    }

    /** {@code --ip} says where to listen, too. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"0.0.0.0, ''", "::, ''", "10.1.0.5, 10.1.0.5"})
    void noOneIsReachedAtAWildcard(String ip, String reached) {
        assertThat(config("baton.agent.ip = \"" + ip + "\"").ip()).isEqualTo(reached);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            wrokdir = x              | baton.agent.wrokdir
            recover = perhaps        | must be strict or cleanup
            reconfiguration-policy = any | must be equal or additive, is 'any'
            resources = "cpus:four"  | 'four' is neither a number
            attributes = "x"         | expected name:value
            max-tasks = 0            | must be at least 1
            max-tasks = many         | baton.agent.max-tasks has type STRING rather than NUMBER
            masters = [""]           | '' is no host:port; write it as master-1:5050
            masters = ["m:abc"]      | 'm:abc' is no host:port
            masters = ["http://m:65536/"] | 'http://m:65536/' is no host:port
            port = 70000             | 'baton.agent.port': must be at most 65535, is 70000
            sandbox-max-age = 1s     | must be at least PT1M
            sandbox-headroom = 10    | must be a share from 0 to 1, is 10.0
            disk-check-interval = 1ms | must be at least PT0.1S
            """)
    void refusals(String line, String why) {
        assertThatThrownBy(() -> config("baton.agent { " + line + " }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }
}

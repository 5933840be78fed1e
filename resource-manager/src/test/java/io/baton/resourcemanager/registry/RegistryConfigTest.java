package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryConfigTest {
    private static RegistryConfig config(String text) {
        return RegistryConfig.from(
                ConfigFactory.parseString(text).withFallback(ConfigFactory.parseResources("reference.conf")));
    }

    @Test
    void defaults() {
        assertThat(config(""))
                .isEqualTo(new RegistryConfig("127.0.0.1", 0, 64L * 1024 * 1024, 20_000, Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            port = -1            | must be at least 0
            port = 70000         | must be at most 65535
            min-free-space = 1M  | must be at least 16777216
            snapshot-every = 9   | must be at least 10
            snapshot-every = 2000000 | must be at most 1000000
            """)
    void refusals(String line, String why) {
        assertThatThrownBy(() -> config("baton.registry { " + line + " }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }
}

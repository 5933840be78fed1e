package io.baton.core.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final com.typesafe.config.Config KNOWN =
            ConfigFactory.parseString("baton { master { offer-timeout = 2m }, agent.name = null }");

    private static com.typesafe.config.Config written(String text) {
        return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setOriginDescription("master.conf"));
    }

    @Test
    void refusesAnUnknownKeyNamingFileLineAndTheKeyThatWasMeant() {
        assertThatThrownBy(() ->
                        Settings.refuseUnknownKeys(written("baton {\n  master.offer-timout = 1m\n}"), KNOWN, "baton"))
                .hasMessageContaining("master.conf: 2")
                .hasMessageContaining("baton.master.offer-timout")
                .hasMessageContaining("did you mean baton.master.offer-timeout?");
    }

    @Test
    void takesKnownKeysAndOtherSections() {
        assertThatCode(() -> Settings.refuseUnknownKeys(
                        written("baton { master.offer-timeout = 1m, agent.name = x }, pekko.loglevel = INFO"),
                        KNOWN,
                        "baton"))
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheLimitThatAValuePasses() {
        var config = written("a.b = 1s");
        assertThatThrownBy(() -> Settings.atLeast(Duration.ofSeconds(2), config, "a.b", config.getDuration("a.b")))
                .hasMessageContaining("must be at least PT2S, is PT1S");
        assertThatThrownBy(() -> Settings.atMost(Duration.ofMillis(2), config, "a.b", config.getDuration("a.b")))
                .hasMessageContaining("must be at most PT0.002S, is PT1S");
    }
}

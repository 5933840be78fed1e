package io.baton.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"credentials\": [{\"principal\": \"ann\", \"secret\": \"s1\"},"
                        + " {\"principal\": \"ann\", \"secret\": \"s2\"}, {\"principal\": \"bot\", \"token\": \"t1\"}]}",
                "# two secrets while one is being changed\nann s1\n\nann   s2\n",
            })
    void knowsPrincipalsBySecretsAndTokens(String text) {
        var credentials = CredentialsConfig.parse(text);

        assertThat(credentials.accepts("ann", "s1")).isTrue();
        assertThat(credentials.accepts("ann", "s2")).isTrue();
        assertThat(credentials.accepts("ann", "t1")).isFalse();
        assertThat(credentials.accepts("bot", "t1")).isFalse();
        assertThat(credentials.accepts("nobody", "s1")).isFalse();
        assertThat(credentials.accepts("ann", "")).isFalse();
        assertThat(credentials.principalOf("s1")).isEmpty();
        assertThat(credentials.principalOf("")).isEmpty();
        if (text.startsWith("{")) {
            assertThat(credentials.principalOf("t1")).hasValue("bot");
        }
        assertThat(credentials.toString()).doesNotContain("s1", "t1");
    }

    @Test
    void anEntryMaySayWhatItIsFor() {
        var credentials = CredentialsConfig.parse("{\"credentials\": [{\"principal\": \"ann\", \"secret\": \"s1\"},"
                + " {\"principal\": \"host\", \"secret\": \"s2\", \"for\": [\"agents\"]},"
                + " {\"principal\": \"bot\", \"token\": \"t1\", \"for\": [\"reads\", \"frameworks\"]}]}");

        assertThat(credentials.accepts("ann", "s1", Set.of(Right.WRITES))).isTrue();
        assertThat(credentials.accepts("host", "s2")).isTrue();
        assertThat(credentials.accepts("host", "s2", Set.of(Right.AGENTS))).isTrue();
        assertThat(credentials.accepts("host", "s2", Set.of(Right.WRITES, Right.READS, Right.FRAMEWORKS)))
                .isFalse();
        assertThat(credentials.principalOf("t1")).hasValue("bot");
        assertThat(credentials.principalOf("t1", Set.of(Right.READS))).hasValue("bot");
        assertThat(credentials.principalOf("t1", Set.of(Right.WRITES))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ann                                                        | line 1: expecting a principal, a space and a secret
        a:b s                                                      | line 1: a principal must not be empty or hold a colon
        {"credentials": [{"principal": "p"}]}                      | entry 1: expecting 'principal' and one of 'secret' and 'token'
        {"credentials": [{"secret": "s"}]}                         | entry 1: expecting 'principal'
        {"credentials": [{"principal":"p","secret":""}]}           | entry 1: a principal must not be empty or hold a colon, and a secret must not be empty
        {"credentials": [{"principal":"p","secret":"s","for":["all"]}]} | entry 1: 'for' takes frameworks, reads, writes and agents, not 'all'
        {"credentials": {"principal": "p"}}                        | expecting {"credentials": [
        {"credentials": [                                          | it is no JSON: line 1
        """)
    void saysWhichEntryWillNotDo(String text, String why) {
        assertThatThrownBy(() -> CredentialsConfig.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void settingsNameTheFile(@TempDir Path dir) throws Exception {
        var file = Files.writeString(dir.resolve("credentials"), "ann s1");
        var config = AuthenticationConfig.from(ConfigFactory.parseMap(Map.of(
                        "baton.authentication.credentials", file.toString(), "baton.authentication.writes", "on"))
                .withFallback(ConfigFactory.defaultReference()));

        assertThat(config.writes()).isTrue();
        assertThat(config.reads() || config.frameworks() || config.agents()).isFalse();
        assertThat(config.credentials().accepts("ann", "s1")).isTrue();
    }

    @Test
    void nobodyHasToByDefault() {
        assertThat(AuthenticationConfig.from(ConfigFactory.defaultReference()).writes())
                .isFalse();
    }

    @Test
    void withoutCredentialsNobodyCouldPass() {
        var on = ConfigFactory.parseMap(Map.of("baton.authentication.agents", "on"))
                .withFallback(ConfigFactory.defaultReference());
        var missing = ConfigFactory.parseMap(Map.of("baton.authentication.credentials", "/no/such/file"))
                .withFallback(ConfigFactory.defaultReference());

        assertThatThrownBy(() -> AuthenticationConfig.from(on))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining("must name a file");
        assertThatThrownBy(() -> AuthenticationConfig.from(missing))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining("'/no/such/file' cannot be read");
    }
}

package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentCredentialConfigTest {
    @Test
    void readsTheFormsThatMesosHas() {
        assertThat(AgentCredentialConfig.parse("host s3cret\n").getSecret()).isEqualTo("s3cret");
        assertThat(AgentCredentialConfig.parse("{\"principal\": \"host\", \"secret\": \"s\"}")
                        .getPrincipal())
                .isEqualTo("host");
        assertThat(AgentCredentialConfig.parse("{\"token\": \"t\"}").getToken()).isEqualTo("t");
        assertThatThrownBy(() -> AgentCredentialConfig.parse("host")).hasMessageContaining("a principal, a space");
        assertThatThrownBy(() -> AgentCredentialConfig.parse("{\"principal\": \"host\"}"))
                .hasMessageContaining("expecting {");
    }

    @Test
    void theSettingNamesAFile(@TempDir Path dir) throws Exception {
        var file = Files.writeString(dir.resolve("credential"), "host s");
        var there = ConfigFactory.parseMap(Map.of("baton.agent.credential", file.toString()));
        var missing = ConfigFactory.parseMap(Map.of("baton.agent.credential", dir + "/none"));

        assertThat(AgentCredentialConfig.from(there))
                .hasValueSatisfying(c -> assertThat(c.getPrincipal()).isEqualTo("host"));
        assertThat(AgentCredentialConfig.from(ConfigFactory.empty())).isEmpty();
        assertThatThrownBy(() -> AgentCredentialConfig.from(missing))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining("cannot be read");
    }
}

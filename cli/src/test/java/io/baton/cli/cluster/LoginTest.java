package io.baton.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginTest {
    @Test
    void comesFromTheEnvironment() {
        assertThat(Login.of(Map.of()).header()).isEmpty();
        assertThat(Login.of(Map.of("BATON_CREDENTIAL", "ann:pass:word")).header())
                .isEqualTo("Basic YW5uOnBhc3M6d29yZA==");
        assertThat(Login.of(Map.of("BATON_TOKEN", " t0ken\n")).header()).isEqualTo("Bearer t0ken");
        assertThat(Login.of(Map.of("BATON_TOKEN", "t", "BATON_CREDENTIAL", "a:b"))
                        .header())
                .isEqualTo("Bearer t");
    }
}

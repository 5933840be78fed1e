package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Credentials;
import io.baton.core.security.CredentialsConfig;
import io.baton.link.Credential;
import io.baton.link.Register;
import io.baton.v1.AgentInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationsTest {
    private static final Credentials KNOWN = CredentialsConfig.parse(
            "{\"credentials\": [{\"principal\": \"host\", \"secret\": \"s\"}, {\"principal\": \"operator\","
                    + " \"secret\": \"o\", \"for\": [\"writes\"]}, {\"principal\": \"x\", \"token\": \"t\"}]}");

    private final Registrations closed =
            new Registrations(new AuthenticationConfig(KNOWN, false, false, false, true, false));

    private static Register register(Credential.Builder credential) {
        return Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(new AgentId("a").toProto()))
                .setEpoch(0)
                .setNumber(1)
                .setVersion("1")
                .setCredential(credential)
                .build();
    }

    @Test
    void agentsShowWhoTheyAreWhereTheyHaveTo() {
        var right = register(Credential.newBuilder().setPrincipal("host").setSecret("s"));
        var token = register(Credential.newBuilder().setToken("t"));
        var wrong = register(Credential.newBuilder().setPrincipal("host").setSecret("t"));
        var operators =
                register(Credential.newBuilder().setPrincipal("operator").setSecret("o"));
        var none = register(Credential.newBuilder());

        assertThat(closed.problemOf(right)).isEmpty();
        assertThat(closed.problemOf(token)).isEmpty();
        assertThat(closed.problemOf(wrong))
                .hasValueSatisfying(why ->
                        assertThat(why).contains("baton.agent.credential").doesNotContain("'t'"));
        assertThat(closed.problemOf(operators))
                .hasValueSatisfying(why -> assertThat(why).contains("that is for agents"));
        assertThat(closed.problemOf(none)).isPresent();
        assertThat(new Registrations(AuthenticationConfig.OFF).problemOf(none)).isEmpty();
    }

    /** Behind a gateway, and on a host with several networks, its link comes from where nobody reaches it. */
    @ParameterizedTest(name = "says {0}")
    @CsvSource(delimiter = '|', textBlock = """
            10.1.0.5    | 10.1.0.5
            2001:db8::5 | 2001:db8::5
            ''          | 10.0.0.1
            0.0.0.0     | 10.0.0.1
            ::          | 10.0.0.1
            a/b?c       | 10.0.0.1
            0:0:0:0:0:0:0:0 | 10.0.0.1
            ff          | 10.0.0.1
            ....        | 10.0.0.1
            :::         | 10.0.0.1
            10.1.0.500  | 10.0.0.1
            10.1        | 10.0.0.1
            """)
    void anAgentIsReachedWhereItSaysElseWhereItsLinkComesFrom(String said, String ip) {
        var register = register(Credential.newBuilder()).toBuilder().setIp(said).build();

        assertThat(Registrations.ipOf(register, "10.0.0.1")).isEqualTo(ip);
        assertThat(Registrations.ipOf(register.toBuilder().clearIp().build(), "10.0.0.1"))
                .isEqualTo("10.0.0.1");
    }

    @Test
    void theCredentialGoesNoFurther() {
        assertThat(Registrations.withoutCredential(
                                register(Credential.newBuilder().setToken("t")))
                        .hasCredential())
                .isFalse();
    }

    @Test
    void anAgentWithALongNameIsRefused() {
        var open = new Registrations(AuthenticationConfig.OFF);
        var register = register(Credential.newBuilder()).toBuilder();
        register.getAgentInfoBuilder().setHostname("h".repeat(Registrations.MAX_HOST_BYTES));
        assertThat(open.problemOf(register.build())).isEmpty();

        register.getAgentInfoBuilder().setHostname("h".repeat(Registrations.MAX_HOST_BYTES + 1));
        assertThat(open.problemOf(register.build()))
                .hasValueSatisfying(why -> assertThat(why).contains("--hostname"));
    }
}

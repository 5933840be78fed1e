package io.baton.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginTest {
    private static final URI PLAIN = URI.create("http://127.0.0.1:5050");

    @Test
    void schedulersOfOursAreGivenTheMastersThatItMayGoTo() {
        var masters = "https://a:5050, http://b:5050,c:5050";
        var token = Login.of(Map.of("BATON_TOKEN", "t"));

        assertThat(token.to(List.of(URI.create("https://a:5050"))).reachable(masters))
                .isEqualTo("https://a:5050");
        assertThat(token.reachable(masters)).isEqualTo(masters);
        assertThat(Login.NONE.to(List.of(URI.create("https://a:5050"))).reachable(masters))
                .isEqualTo(masters);
    }

    @Test
    void comesFromTheEnvironment() {
        assertThat(Login.of(Map.of()).header(PLAIN)).isEmpty();
        assertThat(Login.of(Map.of("BATON_CREDENTIAL", "ann:pass:word")).header(PLAIN))
                .isEqualTo("Basic YW5uOnBhc3M6d29yZA==");
        assertThat(Login.of(Map.of("BATON_TOKEN", " t0ken\n")).header(PLAIN)).isEqualTo("Bearer t0ken");
        assertThat(Login.of(Map.of("BATON_TOKEN", "t", "BATON_CREDENTIAL", "a:b"))
                        .header(PLAIN))
                .isEqualTo("Bearer t");
    }

    /** A master behind a proxy names others by addresses that are somebody else's where the user is. */
    @ParameterizedTest(name = "{1} of a cluster at {0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
        http://a:5050             | http://10.0.0.1:5050  | true
        http://a:5050             | https://10.0.0.1:5050 | true
        https://a                 | https://10.0.0.1:5050 | true
        https://a                 | http://10.0.0.1:5050  | false
        http://a:5050,https://b   | http://a:5050         | false
        """)
    void whatIsUsedWithHttpsGoesByHttpsOnly(String masters, String url, boolean sent) {
        var user = new Cluster(masters, new Login("", "", "t0ken", false)).login();

        assertThat(user.header(URI.create(url))).isEqualTo(sent ? "Bearer t0ken" : "");
        assertThat(user.hint(URI.create(url))).contains(sent ? "BATON_TOKEN" : "is not sent over plain http");
        assertThat(Login.NONE.to(List.of(URI.create("https://a"))).hint(PLAIN)).contains("BATON_TOKEN");
    }
}

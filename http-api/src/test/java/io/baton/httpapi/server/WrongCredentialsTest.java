package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Credentials;
import io.baton.core.security.CredentialsConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrongCredentialsTest {
    private static final Credentials KNOWN = CredentialsConfig.parse(
            "{\"credentials\": [{\"principal\": \"ann\", \"secret\": \"right\"}, {\"principal\": \"bob\", \"secret\":"
                    + " \"good\"}]}");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicLong clock = new AtomicLong();
    private final WrongCredentials wrong = new WrongCredentials(new HttpMetrics(registry), clock::get);
    private final Gate gate = new Gate(new AuthenticationConfig(KNOWN, false, true, true, false, false));

    private int status(String from, String pair) throws Exception {
        var header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return gate.judge("GET", "/state", Optional.of(header), wrong.of(InetAddress.getByName(from)))
                .refusal()
                .map(refusal -> refusal.status())
                .orElse(200);
    }

    private void guess(String from, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(status(from, "ann:guess" + i)).isEqualTo(401);
        }
    }

    @Test
    void whoGuessesHasToWait() throws Exception {
        guess("192.0.2.1", WrongCredentials.AT_ONCE);

        assertThat(status("192.0.2.1", "ann:another")).isEqualTo(429);
        assertThat(status("192.0.2.1", "ann:right"))
                .as("it is not even looked at")
                .isEqualTo(429);
        assertThat(status("192.0.2.2", "ann:right")).as("from elsewhere").isEqualTo(200);

        clock.addAndGet(SECOND.toNanos());
        assertThat(status("192.0.2.1", "ann:right")).isEqualTo(200);
    }

    @Test
    void whoWasRightBeforeIsNotKeptOutByANeighbour() throws Exception {
        assertThat(status("192.0.2.1", "bob:good")).isEqualTo(200);
        guess("192.0.2.1", WrongCredentials.AT_ONCE);

        assertThat(status("192.0.2.1", "ann:right")).isEqualTo(429);
        for (int i = 0; i < 100; i++) {
            assertThat(status("192.0.2.1", "bob:good")).isEqualTo(200);
        }
    }

    @Test
    void whoShowsNothingGuessesNothing() throws Exception {
        var address = wrong.of(InetAddress.getByName("192.0.2.1"));
        for (int i = 0; i < 100; i++) {
            assertThat(gate.judge("GET", "/state", Optional.empty(), address)
                            .refusal()
                            .orElseThrow()
                            .status())
                    .isEqualTo(401);
        }
        assertThat(status("192.0.2.1", "ann:right")).isEqualTo(200);
    }

    @Test
    void wrongOnesAreCounted() throws Exception {
        guess("192.0.2.1", WrongCredentials.AT_ONCE);
        status("192.0.2.1", "ann:another");

        var counted = registry.scrape(name -> name.startsWith("baton_http_credentials_refused")).stream()
                .flatMap(family -> family.getDataPoints().stream())
                .map(Object::toString)
                .toList();
        assertThat(counted).hasSize(2);
    }
}

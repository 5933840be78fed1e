package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.baton.httpapi.server.HeadScanner.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final HttpConfig DEFAULTS = HttpConfig.from(ConfigFactory.load());

    private static String shown(String text) {
        return text.replace("~", "\r\n").replace("^", "\n").replace("_", " ").replace("@", "\t");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        GET_/_HTTP/1.1~Host:_x~~      | COMPLETE
        GET_/_HTTP/1.1^Host:_x^^      | COMPLETE
        GET_/_HTTP/1.1~Host:_x~       | INCOMPLETE
        GET_/_HTTP/1.1~Host:_x~~_     | COMPLETE
        GET_/_HTTP/1.1~Host:_x~~{^__} | COMPLETE
        ~~                            | INCOMPLETE
        ~GET_/_HTTP/1.1~~             | COMPLETE
        GET_/_HTTP/1.1~X:_a~_b~~      | FOLDED
        GET_/_HTTP/1.1~X:_a~@b~~      | FOLDED
        GET_/_HTTP/1.1^X:_a^_b^^      | FOLDED
        GET_/_HTTP/1.1~_X:_a~~        | FOLDED
        """)
    void seesTheEndOfAHeadAndFoldsHoweverItIsCut(String head, Verdict verdict) {
        var bytes = shown(head);
        for (int size = 1; size <= bytes.length(); size++) {
            var scanner = new HeadScanner();
            var seen = Verdict.INCOMPLETE;
            for (int i = 0; i < bytes.length() && seen == Verdict.INCOMPLETE; i += size) {
                seen = scanner.scan(ByteString.fromString(bytes.substring(i, Math.min(bytes.length(), i + size))));
            }
            assertThat(seen).as("in pieces of %d", size).isEqualTo(verdict);
        }
    }

    @Test
    void scansTheNextHeadAfterReset() {
        var scanner = new HeadScanner();
        var head = ByteString.fromString("GET / HTTP/1.1\r\n\r\n");
        assertThat(scanner.started()).isFalse();
        assertThat(scanner.scan(head)).isEqualTo(Verdict.COMPLETE);
        assertThat(scanner.scan(ByteString.fromString("\n x"))).isEqualTo(Verdict.COMPLETE);
        scanner.reset();
        assertThat(scanner.scan(ByteString.fromString("\r\n"))).isEqualTo(Verdict.INCOMPLETE);
        assertThat(scanner.started()).isFalse();
        assertThat(scanner.scan(ByteString.fromString("GET"))).isEqualTo(Verdict.INCOMPLETE);
        assertThat(scanner.started()).isTrue();
    }

    @Test
    void fillsTheBucketAtASteadyRate() throws Exception {
        var clock = new AtomicLong();
        var limit = new RateLimit(2, 3, clock::get);
        var address = InetAddress.getByName("192.0.2.1");
        assertThat(limit.allows(address)).isTrue();
        assertThat(limit.allows(address)).isTrue();
        assertThat(limit.allows(address)).isTrue();
        assertThat(limit.allows(address)).isFalse();
        assertThat(limit.allows(InetAddress.getByName("192.0.2.2"))).isTrue();
        clock.addAndGet(Duration.ofMillis(499).toNanos());
        assertThat(limit.allows(address)).isFalse();
        clock.addAndGet(Duration.ofMillis(2).toNanos());
        assertThat(limit.allows(address)).isTrue();
        assertThat(limit.allows(address)).isFalse();
        clock.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(limit.allows(address)).isTrue();
        }
        assertThat(limit.allows(address)).isFalse();
        assertThat(new RateLimit(0, 0, clock::get).allows(address)).isTrue();
    }

    /** A host has all addresses of its /64. */
    @Test
    void anotherAddressOfTheSameHostIsNoOtherBucket() throws Exception {
        var limit = new RateLimit(1, 1, () -> 0);
        assertThat(limit.allows(InetAddress.getByName("2001:db8::1"))).isTrue();
        assertThat(limit.allows(InetAddress.getByName("2001:db8::2"))).isFalse();
        assertThat(limit.allows(InetAddress.getByName("2001:db8:0:1::2"))).isTrue();
    }

    /** An agent's heap is small, and what comes from its own host comes from tasks. */
    @Test
    void anAgentHasAsManyConnectionsAsItsHeapHasRoomFor() {
        var agent = DEFAULTS.ofAgent(5051, 128 << 20);
        assertThat(agent.port()).isEqualTo(5051);
        assertThat(agent.limits()).isEqualTo(new HttpConfig.Limits(2048, 1000, 1024, 200, 8 << 20, 16 << 10));
        assertThat(DEFAULTS.ofAgent(5051, 8L << 30).limits())
                .isEqualTo(new HttpConfig.Limits(20_000, 1000, 10_000, 200, 8 << 20, 16 << 10));
    }

    @Test
    void readsItsDefaults() {
        assertThat(DEFAULTS.port()).isEqualTo(5050);
        assertThat(DEFAULTS.limits()).isEqualTo(new HttpConfig.Limits(20_000, 1000, 20_000, 200, 8 << 20, 16 << 10));
        assertThat(DEFAULTS.timeouts().head()).isEqualTo(Duration.ofSeconds(10));
        assertThat(DEFAULTS.streams()).isEqualTo(new HttpConfig.Streams(Duration.ofSeconds(15), 10_000, 32 << 20));
        assertThat(DEFAULTS.files().downloadBytes()).isEqualTo(1L << 30);
        assertThat(DEFAULTS.browsers()).isEqualTo(new HttpConfig.Browsers(Set.of(), true));
        assertThat(DEFAULTS.at("h", 1).host()).isEqualTo("h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port = 65536",
                "port = -1",
                "limits.connections = 0",
                "limits.connections-per-address = 0",
                "limits.connections-from-loopback = 0",
                "limits.subscriptions-per-second = -1",
                "limits.body = 1 GiB 7",
                "limits.body = 12",
                "limits.body = 3 GiB",
                "limits.target = 1",
                "timeouts.head = 1 ms",
                "timeouts.body = 0 s",
                "timeouts.idle = 2 days",
                "timeouts.call = soon",
                "timeouts.subscribe = 0 s",
                "browsers.origins = [ui.example]",
                "browsers.origins = [\"http://ui.example/\"]",
                "browsers.jsonp = sometimes",
                "stream.heartbeat = 5 ms",
                "stream.buffered-events = 0",
                "stream.buffered-bytes = 0",
                "files.read = 0",
                "files.download = 0",
                "files.entries = 0",
                "files.followers = -1",
                "files.follow = 0 s",
                "files.poll = 0 s"
            })
    void refusesSettingsThatWillNotDo(String setting) {
        var config = ConfigFactory.parseString("baton.http." + setting).withFallback(ConfigFactory.load());

        assertThatThrownBy(() -> HttpConfig.from(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("baton.http." + setting.substring(0, setting.indexOf(' ')));
    }
}

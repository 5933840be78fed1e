package io.baton.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class TlsTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int RECORD = 32_768;

    @TempDir
    private static Path directory;

    private static Certificates ours;
    private static TlsFiles master;
    private static TlsFiles agent;
    private static TlsFiles stranger;

    @BeforeAll
    static void make() throws Exception {
        ours = Certificates.in(directory.resolve("ours"));
        master = ours.master("master-1", "127.0.0.1");
        agent = ours.agent("agent-1");
        stranger = Certificates.in(directory.resolve("others")).agent("agent-2");
    }

    private static Config config(String key, String certificate, String authority) {
        return ConfigFactory.parseMap(
                Map.of("tls.key", key, "tls.certificate", certificate, "tls.authority", authority), "these settings");
    }

    private static Config config(TlsFiles files) {
        return config(
                files.key().toString(),
                files.certificate().toString(),
                files.authority().toString());
    }

    @Test
    void withoutFilesThereIsNone() {
        assertThat(TlsConfig.from(config("", "", ""), "tls")).isEmpty();
        var defaults = ConfigFactory.parseResources(
                Tls.class, "/reference.conf", ConfigParseOptions.defaults().setAllowMissing(false));
        assertThat(TlsConfig.from(defaults, "baton.tls.links")).isEmpty();
        assertThat(TlsConfig.from(defaults, "baton.tls.masters")).isEmpty();
    }

    static Stream<Arguments> refusals() throws Exception {
        var empty = Files.createFile(directory.resolve("empty"));
        var words = Files.writeString(directory.resolve("words"), "not in PEM");
        var dated = ours.expired("agent-3");
        return Stream.of(
                Arguments.of(config("", master.certificate().toString(), ""), "names no key and no authority"),
                Arguments.of(
                        config(new TlsFiles(Path.of("/none"), master.certificate(), ours.authority())),
                        "'/none': there is no such file"),
                Arguments.of(
                        config(new TlsFiles(words, master.certificate(), ours.authority())),
                        "words' is no private key in PEM"),
                Arguments.of(
                        config(new TlsFiles(master.certificate(), master.certificate(), ours.authority())),
                        "master-1.pem' is no private key in PEM"),
                Arguments.of(
                        config(new TlsFiles(agent.key(), master.certificate(), ours.authority())),
                        "agent-1.key' is not the key of the certificate in"),
                Arguments.of(
                        config(new TlsFiles(master.key(), empty, ours.authority())), "empty' holds no certificate"),
                Arguments.of(
                        config(new TlsFiles(master.key(), words, ours.authority())), "words' is no certificate in PEM"),
                Arguments.of(
                        config(new TlsFiles(master.key(), master.certificate(), empty)), "empty' holds no certificate"),
                Arguments.of(config(dated), "agent-3.pem' expired at "));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void refusals(Config config, String why) {
        assertThatThrownBy(() -> TlsConfig.from(config, "tls"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("these settings: Invalid value at 'tls': ")
                .hasMessageContaining(why);
    }

    private static Tls tls(TlsFiles files) throws IOException {
        return Tls.open(files, CLOCK);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"300.300.300.300, bad ip address", "a b, is no name or address", "../a, is no name or address"})
    void whatIsNoNameIsToldAndLeavesNothing(String name, String why) throws Exception {
        assertThatThrownBy(() -> ours.master(name)).hasMessageContaining(why);

        assertThat(ours.files(name).key()).doesNotExist();
    }

    @Test
    void bothEndsSeeWhoTheOtherIs() throws Exception {
        var accepting = tls(master).accepting();
        var connecting = tls(agent).connecting("127.0.0.1", 5052);

        shake(accepting, connecting);

        assertThat(connecting.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(shown(accepting)).isEqualTo("CN=agent-1");
        assertThat(shown(connecting)).isEqualTo("CN=master-1");
    }

    private static String shown(SSLEngine by) throws SSLException {
        var peer = (X509Certificate) by.getSession().getPeerCertificates()[0];
        return peer.getSubjectX500Principal().getName();
    }

    static Stream<Arguments> whoIsNotTaken() throws Exception {
        return Stream.of(
                Arguments.of("a master of another host", master, agent, "master-2", "No subject alternative DNS name"),
                Arguments.of(
                        "another authority's agent",
                        master,
                        stranger,
                        "master-1",
                        "Path does not chain with any of the trust anchors"),
                Arguments.of(
                        "an agent that passes for a master",
                        ours.agent("127.0.0.2"),
                        agent,
                        "127.0.0.2",
                        "Extended key usage does not permit use for TLS server authentication"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whoIsNotTaken(String who, TlsFiles accepting, TlsFiles connecting, String host, String why) {
        assertThatThrownBy(
                        () -> shake(tls(accepting).accepting(), tls(connecting).connecting(host, 5052)))
                .isInstanceOf(SSLException.class)
                .rootCause()
                .hasMessageContaining(why);
    }

    @Test
    void newFilesAreTakenAMinuteLaterAndBadOnesNotAtAll() throws Exception {
        var now = new Moving();
        var files = ours.files("changing");
        copy(agent, files, 1);
        var tls = Tls.open(files, now);

        copy(ours.agent("agent-4"), files, 2);
        assertThat(seenOf(tls)).isEqualTo("CN=agent-1");
        now.time = now.time.plus(Tls.LOOK);
        assertThat(seenOf(tls)).isEqualTo("CN=agent-4");

        Files.writeString(files.key(), "half written");
        now.time = now.time.plus(Tls.LOOK);
        assertThat(seenOf(tls)).isEqualTo("CN=agent-4");
    }

    @Test
    void saysEachDayOfItsLastTwoWeeksWhenACertificateExpires() throws Exception {
        var log = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Expiries.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try {
            var now = new Moving();
            var tls = Tls.open(agent, now);
            var expires = tls.expiry().at();
            assertThat(expires).isBetween(now.time.plus(Duration.ofDays(364)), now.time.plus(Duration.ofDays(366)));
            var expiries = new Expiries(Map.of("links", tls), now);

            now.time = expires.minus(Expiries.SOON).minusSeconds(1);
            expiries.look();
            assertThat(seen.list).isEmpty();
            for (int hour = 0; hour < 72; hour++) {
                now.time = expires.minus(Expiries.SOON).plus(Duration.ofHours(hour));
                expiries.look();
                assertThat(seen.list).hasSize(1 + hour / 24);
            }
            assertThat(seen.list.get(0).getFormattedMessage())
                    .contains("'" + agent.certificate() + "' (links) expires at " + expires);
        } finally {
            log.detachAppender(seen);
        }
    }

    /** The others' trust in it may rest on something else: it is told, and is no reason not to start. */
    @Test
    void anotherCertificateOfTheFileMayHaveExpired() throws Exception {
        var brief = Certificates.in(directory.resolve("brief"), 1);
        var files = brief.agent("agent-5");
        Files.writeString(files.certificate(), Files.readString(brief.authority()), StandardOpenOption.APPEND);
        var now = new Moving();
        now.time = now.time.plus(Duration.ofDays(11));

        var tls = Tls.open(files, now);

        assertThat(tls.expiry().at()).isBefore(now.time);
    }

    private static void copy(TlsFiles from, TlsFiles to, int second) throws IOException {
        Files.copy(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to.key(), FileTime.fromMillis(second * 1_000L));
    }

    private static String seenOf(Tls tls) throws Exception {
        var accepting = tls(master).accepting();
        shake(accepting, tls.connecting("master-1", 5052));
        return shown(accepting);
    }

    private static final class Moving extends Clock {
        private Instant time = CLOCK.instant();

        @Override
        public Instant instant() {
            return time;
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    /** Carries what each says to the other until both are done or one is not content. */
    private static void shake(SSLEngine one, SSLEngine other) throws SSLException {
        var toOne = new ArrayDeque<ByteBuffer>();
        var toOther = new ArrayDeque<ByteBuffer>();
        one.beginHandshake();
        other.beginHandshake();
        boolean moved = true;
        while (moved) {
            moved = step(one, toOne, toOther) | step(other, toOther, toOne);
        }
        assertThat(one.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(other.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    }

    private static boolean step(SSLEngine engine, ArrayDeque<ByteBuffer> in, ArrayDeque<ByteBuffer> out)
            throws SSLException {
        var status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
            return true;
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            var said = ByteBuffer.allocate(RECORD);
            engine.wrap(ByteBuffer.allocate(0), said);
            out.add(said.flip());
            return true;
        }
        if (in.isEmpty()) {
            return false;
        }
        engine.unwrap(in.peek(), ByteBuffer.allocate(RECORD));
        if (!in.peek().hasRemaining()) {
            in.remove();
        }
        return true;
    }
}

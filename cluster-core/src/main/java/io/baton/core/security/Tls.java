package io.baton.core.security;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's part in connections whose ends both show a certificate, by the files of a section of the settings. When the
 * files change, connections that begin from then on use what they hold now.
 */
public final class Tls {
    /** Between two looks at the files. */
    static final Duration LOOK = Duration.ofMinutes(1);

    /** Both ends are ours. */
    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsFiles files;
    private final Clock clock;
    private TlsFiles.Read current;
    private Instant looked;

    private Tls(TlsFiles files, TlsFiles.Read current, Clock clock) {
        this.files = files;
        this.current = current;
        this.clock = clock;
        this.looked = clock.instant();
    }

    /** @throws IOException saying which file will not do, and why */
    static Tls open(TlsFiles files, Clock clock) throws IOException {
        return new Tls(files, files.read(clock.instant()), clock);
    }

    /** For a connection that another process has opened to this one; it must show a certificate. */
    public SSLEngine accepting() {
        var engine = context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    /** For a connection that this process opens; the other's certificate must be that of this host. */
    public SSLEngine connecting(String host, int port) {
        var engine = context().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 2818: by the alternative names.
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** What shows the certificate as it is now, for a library that makes its own engines. */
    public KeyManager key() {
        return read().managers().key();
    }

    /** What judges the certificates of others, likewise. It looks at host names where an engine tells it to. */
    public TrustManager trust() {
        return read().managers().trust();
    }

    /** When the certificate, as it is now, expires. */
    public Expiry expiry() {
        return new Expiry(files.certificate(), read().until());
    }

    /** When a certificate expires, and where it is. */
    public record Expiry(Path certificate, Instant at) {}

    private SSLContext context() {
        return read().context();
    }

    private synchronized TlsFiles.Read read() {
        var now = clock.instant();
        if (!now.isBefore(looked.plus(LOOK))) {
            looked = now;
            lookAgain(now);
        }
        return current;
    }

    private void lookAgain(Instant now) {
        try {
            if (!files.written().equals(current.written())) {
                current = files.read(now);
                LOG.info("certificate read again file={} until={}", files.certificate(), current.until());
            }
        } catch (IOException unusable) {
            LOG.warn("new connections use the certificate as it was: {}", unusable.getMessage());
        }
    }
}

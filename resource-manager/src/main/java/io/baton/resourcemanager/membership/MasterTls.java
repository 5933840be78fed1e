package io.baton.resourcemanager.membership;

import io.baton.core.security.Tls;
import io.baton.core.security.TlsConfig;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * Masters' connections to each other, by our own settings: whoever is let in there is trusted in everything, so each end shows
 * a certificate of the masters' authority, and who is called bears the name it is called by. Pekko makes one.
 */
public final class MasterTls implements SSLEngineProvider {
    private final Tls tls;

    /** As Pekko makes it. */
    public MasterTls(ActorSystem system) {
        this.tls = TlsConfig.from(system.settings().config(), TlsConfig.MASTERS)
                .orElseThrow(() -> new IllegalStateException(TlsConfig.MASTERS + " names no files"));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return tls.accepting();
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return tls.connecting(hostname, port);
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty(); // The engine has looked at the certificate and the host's name.
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }
}

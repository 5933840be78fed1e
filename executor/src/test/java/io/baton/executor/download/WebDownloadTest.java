package io.baton.executor.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.baton.executor.fetch.FetchTargets;
import io.baton.executor.probe.HostProbe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebDownloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final byte[] BODY = {1, 2, 3};

    private final FetchTargets targets =
            new FetchTargets(FetchTargets.SCHEMES, List.of(FetchTargets.network("169.254.0.0/16", HostProbe::literal)));
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** @param addresses of the host at each look in turn */
    private void fetch(String... addresses) throws IOException {
        var left = new ArrayDeque<>(List.of(addresses));
        var download = new WebDownload(targets, host -> new InetAddress[] {InetAddress.getByName(left.remove())});
        var job = new FetchJob(new FetchSettings(targets, 1, LIMIT, LIMIT, 1 << 20, 0), 1 << 20);
        job.begin(System.nanoTime());
        download.fetch("http://127.0.0.1:" + server.getAddress().getPort() + "/x", out, job);
    }

    @Test
    void takesWhatIsThere() throws IOException {
        fetch("127.0.0.1", "127.0.0.1");

        assertThat(out.toByteArray()).isEqualTo(BODY);
    }

    @Test
    void aHostWhoseAddressChangesWhileWeConnectIsJudgedAgain() {
        assertThatThrownBy(() -> fetch("127.0.0.1", "169.254.1.1")).hasMessageContaining("does not fetch from");
        assertThat(out.toByteArray()).isEmpty();
    }
}

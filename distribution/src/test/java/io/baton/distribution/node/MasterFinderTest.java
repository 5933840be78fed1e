package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MasterFinderTest {
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @Test
    void asksTheNextMasterWhenOneIsSilent() throws Exception {
        var server = answering(
                200, "{\"masters\":[{\"http\":\"a:1\",\"link\":\"a:2\"},{\"http\":\"b:1\",\"link\":\"b:2\"}]}");
        try {
            var finder = new MasterFinder(List.of("127.0.0.1:" + nobodys(), at(server)), warnings::add);

            assertThat(finder.links().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .containsExactly("a:2", "b:2");
            assertThat(warnings).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void asksTheNextMasterWhenOneLooksForTheOthersItself() throws Exception {
        var waiting = answering(503, "it looks for the others");
        var serving = answering(200, "{\"masters\":[{\"http\":\"b:1\",\"link\":\"b:2\"}]}");
        try {
            var finder = new MasterFinder(List.of(at(waiting), at(serving)), warnings::add);

            assertThat(finder.links().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .containsExactly("b:2");
        } finally {
            waiting.stop(0);
            serving.stop(0);
        }
    }

    /** Two would take five seconds each. */
    @Test
    void asksTheNextMasterWhileOneSaysNothing() throws Exception {
        var serving = answering(200, "{\"masters\":[{\"http\":\"b:1\",\"link\":\"b:2\"}]}");
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var nothing = "127.0.0.1:" + silent.getLocalPort();
            var finder = new MasterFinder(List.of(nothing, nothing, at(serving)), warnings::add);

            assertThat(finder.links().toCompletableFuture().get(8, TimeUnit.SECONDS))
                    .containsExactly("b:2");
        } finally {
            serving.stop(0);
        }
    }

    @Test
    void answersWhatItHasAskedEarlyOnce() throws Exception {
        var server = answering(200, "{\"masters\":[{\"http\":\"b:1\",\"link\":\"b:2\"}]}");
        var finder = new MasterFinder(List.of(at(server)), warnings::add);
        try {
            finder.begin();
            assertThat(finder.links().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .containsExactly("b:2");
        } finally {
            server.stop(0);
        }
        Assertions.assertThatThrownBy(() -> finder.links().toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
    }

    private static String at(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static HttpServer answering(int status, String text) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/masters", exchange -> {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void warnsOnceInAWhileThatNoneAnswers() throws Exception {
        var master = "127.0.0.1:" + nobodys();
        var finder = new MasterFinder(List.of(master), warnings::add);

        for (var i = 0; i < 3; i++) {
            Assertions.assertThatThrownBy(
                            () -> finder.links().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class);
        }
        assertThat(warnings).containsExactly("cannot reach master " + master + " (connection refused); retrying");
    }

    private static int nobodys() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

package io.baton.sdk.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.protocol.codec.Encoding;
import io.baton.sdk.session.Reply;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers may answer, byte by byte. */
@Timeout(20)
class EventStreamTest {
    private static final String OK =
            "HTTP/1.1 200 OK\\r\\nMesos-Stream-Id: s\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";
    /** A HEARTBEAT: its type, field 1, is 8. */
    private static final String BEAT = "2\\n\\x08\\x08";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', textBlock = """
        OK 4 BEAT 0             | opened s, HEARTBEAT, ended: the master closed it
        OK 8 BEATBEAT 0         | opened s, HEARTBEAT, HEARTBEAT, ended: the master closed it
        OK 4;x=y BEAT 0         | opened s, HEARTBEAT, ended: the master closed it
        OK 4 BEAT               | opened s, HEARTBEAT, ended: the connection was closed before the answer was complete
        OK 3 BEAT               | opened s, ended: a chunk is longer than its size says
        OK zz BEAT              | opened s, ended: not the size of a chunk: zz
        OK -4 BEAT              | opened s, ended: not the size of a chunk: -4
        OK ffffffffffffffff BEAT | opened s, ended: not the size of a chunk: ffffffffffffffff
        """)
    void readsChunks(String script, String expected) throws Exception {
        var bytes = new StringBuilder();
        for (var word : script.split(" ")) {
            bytes.append(
                    word.equals("OK")
                            ? OK
                            : word.replace("BEAT", BEAT) + (word.equals("0") ? "\\r\\n\\r\\n" : "\\r\\n"));
        }

        assertThat(heardOf(bytes.toString(), 1)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', textBlock = """
        HTTP/1.1 200 OK\\r\\nMesos-Stream-Id: s\\r\\n\\r\\nBEAT                        | opened s, HEARTBEAT, ended: the master closed it
        HTTP/1.1 200 OK\\r\\nMesos-Stream-Id: s\\r\\nContent-Length: 4\\r\\n\\r\\nBEAT | opened s, HEARTBEAT, ended: the master closed it
        HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\nBEAT               | opened , HEARTBEAT, ended: the master closed it
        HTTP/1.1 503 No\\r\\nRetry-After: 2\\r\\nContent-Length: 2\\r\\n\\r\\nno        | refused 503 no after 2000 ms
        HTTP/1.1 503 No\\r\\nContent-Length: -1\\r\\n\\r\\n                           | refused 0 not a Content-Length: -1 after 0 ms
        SSH-2.0-OpenSSH\\r\\n                                                         | refused 0 not an HTTP/1.1 answer: SSH-2.0-OpenSSH after 0 ms
        HTTP/1.1 2x0 OK\\r\\n\\r\\n                                                   | refused 0 not an HTTP status line: HTTP/1.1 2x0 OK after 0 ms
        HTTP/1.1 200 OK\\r\\nno header\\r\\n\\r\\n                                     | refused 0 not an HTTP header: no header after 0 ms
        ''                                                                            | refused 0 the connection was closed before the answer was complete after 0 ms
        """)
    void readsHeads(String script, String expected) throws Exception {
        assertThat(heardOf(script.replace("BEAT", BEAT), 1)).isEqualTo(expected);
    }

    @Test
    void readsTheSameWhenEveryByteComesAlone() throws Exception {
        var script = OK + "4\\r\\n" + BEAT + "\\r\\n0\\r\\n\\r\\n";

        assertThat(heardOf(script, Integer.MAX_VALUE)).isEqualTo("opened s, HEARTBEAT, ended: the master closed it");
    }

    @Test
    void refusesAHeadWithoutEnd() throws Exception {
        assertThat(heardOf("HTTP/1.1 200 OK\\r\\nX: " + "x".repeat(70_000), 1))
                .isEqualTo("refused 0 a line of the HTTP answer is over the limit of 65536 bytes after 0 ms");
    }

    private String heardOf(String script, int writes) throws Exception {
        var bytes = script.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\x08", "\b")
                .getBytes(StandardCharsets.ISO_8859_1);
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var thread = new Thread(() -> serve(server, bytes, writes));
            thread.start();
            var endpoint = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/api/v1/scheduler");
            try (var stream = new EventStream(
                    1,
                    endpoint,
                    new Requests(Encoding.PROTOBUF, ""),
                    Duration.ofSeconds(5),
                    1000,
                    SSLContext.getDefault(),
                    new Heard())) {
                stream.open(
                        "test-stream",
                        Call.newBuilder().setType(Call.Type.SUBSCRIBE).build());
                var all = new ArrayList<String>();
                do {
                    all.add(heard.poll(10, TimeUnit.SECONDS));
                } while (all.get(all.size() - 1) != null
                        && !all.get(all.size() - 1).matches("(ended|refused).*"));
                thread.join();
                return String.join(", ", all);
            }
        }
    }

    private static void serve(ServerSocket server, byte[] bytes, int writes) {
        try (var socket = server.accept()) {
            socket.setTcpNoDelay(true);
            var in = socket.getInputStream();
            var request = new StringBuilder();
            while (!request.toString().contains("\r\n\r\n")) {
                request.append((char) in.read());
            }
            in.skipNBytes(2);
            var step = writes == 1 ? bytes.length : 1;
            for (var i = 0; i < bytes.length; i += step) {
                socket.getOutputStream().write(bytes, i, step);
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Heard implements EventStream.Listener {
        @Override
        public void opened(long stream, String streamId) {
            heard.add("opened " + streamId);
        }

        @Override
        public void refused(long stream, Reply reply) {
            heard.add("refused " + reply.status() + " " + reply.text() + " after " + reply.retryAfterMillis() + " ms");
        }

        @Override
        public void event(long stream, Event event) {
            heard.add(event.getType().name());
        }

        @Override
        public void ended(long stream, String why) {
            heard.add("ended: " + why);
        }
    }
}

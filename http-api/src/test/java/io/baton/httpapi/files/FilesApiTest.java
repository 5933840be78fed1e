package io.baton.httpapi.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.security.ExecutorTokens;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.files.FileSource.OpenFile;
import io.baton.httpapi.server.Gate;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.HttpServer;
import io.baton.httpapi.server.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of files that do not open at once, over a real port. */
class FilesApiTest {
    private static final int OF_TASK = 4;

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final CountDownLatch opens = new CountDownLatch(1);
    private final Queue<SeekableByteChannel> opened = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path directory;

    private Path file;
    private int port;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("file"), "text");
    }

    @AfterEach
    void end() {
        opens.countDown();
        kit.shutdownTestKit();
    }

    private void serve(FileSource files) throws Exception {
        var config = MasterEdge.config();
        var metrics = new HttpMetrics(new PrometheusRegistry());
        var gate = new Gate(config.authentication(), new ExecutorTokens(ExecutorTokens.freshKey()));
        var router = new Router(metrics, "/slave(1)", gate, config.browsers(), Set.of());
        new FilesApi(kit.system(), files, config.files(), metrics).addTo(router);
        port = HttpServer.bind(kit.system(), config, router, metrics)
                .toCompletableFuture()
                .get(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .address()
                .getPort();
    }

    private interface Opener {
        OpenFile open() throws IOException, NoFileException;
    }

    private static FileSource source(Opener opener) {
        return new FileSource() {
            @Override
            public List<Entry> list(String path, int atMost) {
                return List.of();
            }

            @Override
            public OpenFile open(String path) throws IOException, NoFileException {
                return opener.open();
            }
        };
    }

    /** Files of one task, which do not open before they may. */
    private FileSource slow(Duration patience) {
        var openings = new Openings(patience, new Openings.Limits(OF_TASK, 12, 256));
        return source(() -> openings.open("f", "f/t", () -> {
            var channel = Files.newByteChannel(file);
            opened.add(channel);
            try {
                opens.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new OpenFile("file", channel, "key");
        }));
    }

    private CompletableFuture<HttpResponse<String>> get(String target) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }

    private List<CompletableFuture<HttpResponse<String>>> readers(int count) {
        var readers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < count; i++) {
            readers.add(get("/files/read?path=file&offset=0"));
        }
        await().atMost(MasterEdge.PATIENCE).until(() -> opened.size() == Math.min(count, OF_TASK));
        return readers;
    }

    @Test
    void readersOfOneTaskWaitForEachOther() throws Exception {
        serve(slow(Openings.PATIENCE));
        var readers = readers(2 * OF_TASK);

        opens.countDown();

        for (var reader : readers) {
            assertThat(reader.get(20, TimeUnit.SECONDS).body()).isEqualTo("{\"data\":\"text\",\"offset\":0}");
        }
    }

    @Test
    void nobodyWaitsForFilesThatDoNotOpen() throws Exception {
        serve(slow(Duration.ofMillis(300)));
        var readers = readers(OF_TASK);

        var next = get("/files/read?path=file&offset=0").get(20, TimeUnit.SECONDS);

        assertThat(next.statusCode()).isEqualTo(503);
        assertThat(next.body()).contains("they are pipes now");
        assertThat(opened).hasSize(OF_TASK);
        for (var reader : readers) {
            assertThat(reader.get(20, TimeUnit.SECONDS).body()).contains("could not be opened in time");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/files/download?path=file", "/api/v1/sandbox/logs?path=file"})
    void whatIsStreamedIsOpenedOnce(String target) throws Exception {
        serve(source(() -> {
            if (!opened.isEmpty()) {
                throw NoFileException.later("a second time");
            }
            opened.add(Files.newByteChannel(file));
            return new OpenFile("file", opened.element(), "key");
        }));

        var answer = get(target).get(20, TimeUnit.SECONDS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("text");
        await().atMost(MasterEdge.PATIENCE).until(() -> !opened.element().isOpen());
    }

    @Test
    void aFileThatIsNotStreamedIsClosed() throws Exception {
        serve(source(() -> {
            opened.add(Files.newByteChannel(file));
            return new OpenFile("file", opened.element(), "key");
        }));
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/files/download?path=file"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);

        await().atMost(MasterEdge.PATIENCE).until(() -> !opened.element().isOpen());
    }
}

package io.baton.executor.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.baton.executor.fetch.FetchPlan;
import io.baton.executor.fetch.FetchTargets;
import io.baton.v1.CommandInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several tasks want is fetched once, if they say {@code cache}; and it is what they say it is. */
class FetchOnceTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final int CACHE_BYTES = 1 << 16;
    private static final int CONCURRENCY = 4;

    @TempDir
    private Path directory;

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile byte[] body = "content".getBytes(StandardCharsets.UTF_8);
    private volatile boolean held;
    private HttpServer server;
    private Fetcher fetcher;
    private int sandboxes;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/file", exchange -> {
            requests.incrementAndGet();
            asked.countDown();
            try {
                if (held) {
                    open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            var answer = body;
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.createContext("/other", exchange -> {
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write(1);
            exchange.close();
        });
        server.start();
        var targets = new FetchTargets(FetchTargets.SCHEMES, List.of());
        var limit = Duration.ofSeconds(PATIENCE_SECONDS);
        fetcher = new Fetcher(
                new FetchSettings(targets, CONCURRENCY, limit, limit, 64 << 20, CACHE_BYTES),
                directory.resolve("cache"));
    }

    @AfterEach
    void stop() {
        open.countDown();
        fetcher.close();
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/file";
    }

    private CompletableFuture<Optional<String>> begin(String container, String url, boolean cache) throws IOException {
        return begin(container, url, "got", cache);
    }

    private CompletableFuture<Optional<String>> begin(String container, String url, String file, boolean cache)
            throws IOException {
        var sandbox = Files.createDirectory(directory.resolve(container));
        var command = CommandInfo.newBuilder()
                .addUris(CommandInfo.URI
                        .newBuilder()
                        .setValue(url)
                        .setOutputFile(file)
                        .setCache(cache))
                .build();
        var plan = FetchPlan.of(command);
        assertThat(plan.problem()).isEmpty();
        var done = new CompletableFuture<Optional<String>>();
        fetcher.fetch(new Fetcher.Order(container, sandbox, plan.plan(), Optional.empty(), 0, "f"), done::complete);
        return done;
    }

    private static Optional<String> end(CompletableFuture<Optional<String>> fetch) {
        return fetch.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** @return what came of it: its content, or why it failed */
    private String fetch(String url, boolean cache) throws IOException {
        var container = "box-" + sandboxes++;
        var failure = end(begin(container, url, cache));
        return failure.isPresent()
                ? failure.get()
                : Files.readString(directory.resolve(container).resolve("got"));
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLaterTaskGetsWhatIsKept() throws IOException {
        assertThat(fetch(url(), true)).isEqualTo("content");
        assertThat(fetch(url(), true)).isEqualTo("content");

        assertThat(requests).hasValue(1);
    }

    @Test
    void whoDoesNotSayCacheFetchesAnew() throws IOException {
        fetch(url(), true);
        fetch(url(), false);

        assertThat(requests).hasValue(2);
    }

    @Test
    void tasksAtTheSameTimeShareOneDownload() throws Exception {
        held = true;
        var fetches = IntStream.range(0, CONCURRENCY)
                .mapToObj(i -> {
                    try {
                        return begin("c" + i, url(), true);
                    } catch (IOException impossible) {
                        throw new AssertionError(impossible);
                    }
                })
                .toList();
        assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        open.countDown();

        assertThat(fetches).allSatisfy(f -> assertThat(end(f)).isEmpty());
        assertThat(requests).hasValue(1);
        for (int i = 0; i < CONCURRENCY; i++) {
            assertThat(directory.resolve("c" + i).resolve("got")).hasContent("content");
        }
    }

    @Test
    void whoWaitsForAnothersDownloadKeepsNobodyWaiting() throws Exception {
        held = true;
        var first = begin("first", url(), true);
        assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i <= CONCURRENCY; i++) {
            begin("c" + i, url(), true);
        }
        var killed = begin("killed", url(), true);

        var other = begin("other", "http://127.0.0.1:" + server.getAddress().getPort() + "/other", false);

        assertThat(end(other)).isEmpty();
        assertThat(first).isNotDone();
        fetcher.cancel("killed");
        assertThat(end(killed).orElse("")).as("also without a thread").contains("called off");
        fetcher.close();
        assertThat(end(first).orElse("")).contains("the agent ends");
    }

    @Test
    void whenTheFirstIsKilledTheOthersAreServed() throws Exception {
        held = true;
        var first = begin("first", url(), true);
        assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        var second = begin("second", url(), true);

        fetcher.cancel("first");
        open.countDown();

        assertThat(end(first).orElse("")).contains("called off");
        assertThat(end(second)).isEmpty();
        assertThat(directory.resolve("second/got")).hasContent("content");
    }

    @Test
    void whatIsLargerThanTheCacheIsFetchedByEach() throws IOException {
        body = new byte[CACHE_BYTES + 1];

        fetch(url(), true);
        fetch(url(), true);

        assertThat(requests).hasValue(2);
        assertThat(directory.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void anotherContentThanTheChecksumSaysIsRefused() throws Exception {
        var right = url() + "?checksum=sha256:" + sha256("content");
        var wrong = url() + "?checksum=sha256:" + sha256("another");

        assertThat(fetch(right, false)).isEqualTo("content");
        assertThat(fetch(wrong, false))
                .contains("Failed to fetch '" + url() + "'", "its sha256 is " + sha256("content"), "it was changed");
    }

    @Test
    void whatIsKeptGivesWayToWhatTheChecksumSays() throws Exception {
        fetch(url(), true);
        body = "newer".getBytes(StandardCharsets.UTF_8);
        assertThat(fetch(url(), true)).isEqualTo("content");

        assertThat(fetch(url() + "?checksum=sha256:" + sha256("newer"), true)).isEqualTo("newer");

        assertThat(fetch(url(), true)).isEqualTo("newer");
        assertThat(requests).hasValue(2);
    }

    @Test
    void whatDoesNotMatchIsNotKept() throws Exception {
        fetch(url() + "?checksum=sha256:" + sha256("another"), true);

        assertThat(directory.resolve("cache")).isEmptyDirectory();
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void whatTheCacheTakesForItsCopyIsNoSilenceOfTheSource() throws Exception {
        Files.writeString(directory.resolve("inside"), "unpacked");
        run("tar", "-C", directory.toString(), "-cf", directory + "/a.tar", "inside");
        body = Files.readAllBytes(directory.resolve("a.tar"));
        server.createContext("/a.tar", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        held = true;
        var location = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.tar";
        var impatient = new Fetcher(
                new FetchSettings(
                        new FetchTargets(FetchTargets.SCHEMES, List.of()),
                        CONCURRENCY,
                        Duration.ofSeconds(PATIENCE_SECONDS),
                        Duration.ofSeconds(1),
                        64 << 20,
                        CACHE_BYTES),
                directory.resolve("slow"));
        // Who writes to it waits for somebody who reads.
        var slow = directory.resolve("slow").resolve(FetchCache.name("", location) + ".1.part");
        run("mkfifo", slow.toString());
        fetcher.close();
        fetcher = impatient;

        var first = begin("first", location, "a.tar", true);
        for (var silent : List.of("one", "two", "three")) {
            assertThat(end(begin(silent, url(), "got", false)).orElse("")).contains("next to nothing came");
        }
        try (var reader = Files.newInputStream(slow)) {
            assertThat(reader.readAllBytes()).hasSize(body.length);
        }

        assertThat(end(first)).isEmpty();
        assertThat(directory.resolve("first/inside")).hasContent("unpacked");
    }
}

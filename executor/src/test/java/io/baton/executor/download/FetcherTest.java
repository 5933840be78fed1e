package io.baton.executor.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.baton.executor.fetch.FetchPlan;
import io.baton.executor.fetch.FetchTargets;
import io.baton.executor.probe.HostProbe;
import io.baton.v1.CommandInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server on loopback, and files of this host. */
class FetcherTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path directory;

    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private Path sandbox;
    private Fetcher fetcher;

    private Fetcher fetcher(Duration limit, Duration stall, List<String> refused) throws IOException {
        var networks = refused.stream()
                .map(n -> FetchTargets.network(n, HostProbe::literal))
                .toList();
        return new Fetcher(
                new FetchSettings(new FetchTargets(FetchTargets.SCHEMES, networks), 2, limit, stall, 64 << 20, 1 << 20),
                directory.resolve("cache"));
    }

    @BeforeEach
    void start() throws IOException {
        sandbox = Files.createDirectory(directory.resolve("sandbox"));
        fetcher = fetcher(Duration.ofSeconds(30), Duration.ofSeconds(20), List.of());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        fetcher.close();
        server.stop(0);
    }

    private String serve(String path, byte[] body) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return url(path);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private Optional<String> fetch(CommandInfo.URI.Builder... uris) {
        return begin(0, uris).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private CompletableFuture<Optional<String>> begin(long diskBytes, CommandInfo.URI.Builder... uris) {
        var command = CommandInfo.newBuilder();
        for (var uri : uris) {
            command.addUris(uri);
        }
        var plan = FetchPlan.of(command.build());
        assertThat(plan.problem()).isEmpty();
        var done = new CompletableFuture<Optional<String>>();
        fetcher.fetch(new Fetcher.Order("c", sandbox, plan.plan(), Optional.empty(), diskBytes, "f"), done::complete);
        return done;
    }

    private static CommandInfo.URI.Builder uri(String value) {
        return CommandInfo.URI.newBuilder().setValue(value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Filling {
        void fill(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Filling filling) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            filling.fill(tar);
        }
        return out.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, String name, int mode, String content) throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize(bytes(content).length);
        tar.putArchiveEntry(entry);
        tar.write(bytes(content));
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static byte[] compressed(String how, byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var stream = new CompressorStreamFactory().createCompressorOutputStream(how, out)) {
            stream.write(plain);
        } catch (CompressorException impossible) {
            throw new IOException(impossible);
        }
        return out.toByteArray();
    }

    private String read(String name) throws IOException {
        return Files.readString(sandbox.resolve(name));
    }

    @Test
    void fetchesByHttpAndFromFiles() throws IOException {
        var file = Files.writeString(directory.resolve("in.txt"), "from a file");

        var failure = fetch(
                uri(serve("/data.txt", bytes("from http"))),
                uri("file://" + file).setOutputFile("new/name.txt"),
                uri(file.toString()).setExecutable(true));

        assertThat(failure).isEmpty();
        assertThat(read("data.txt")).isEqualTo("from http");
        assertThat(read("new/name.txt")).isEqualTo("from a file");
        assertThat(Files.isExecutable(sandbox.resolve("in.txt"))).isTrue();
        assertThat(Files.getPosixFilePermissions(sandbox.resolve("data.txt")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    }

    @ParameterizedTest
    @CsvSource({"a.tar,-", "a.tgz,gz", "a.tar.gz,gz", "a.tar.bz2,bzip2", "a.tbz2,bzip2", "a.tar.xz,xz", "a.txz,xz"})
    void unpacksTarFiles(String name, String how) throws IOException {
        var tar = tar(t -> {
            add(t, "dir/run.sh", 0755, "#!/bin/sh");
            add(t, "dir/" + "long".repeat(40), 0600, "x");
            link(t, "dir/link", TarConstants.LF_SYMLINK, "run.sh");
            link(t, "hard", TarConstants.LF_LINK, "dir/run.sh");
        });

        var failure = fetch(uri(serve("/" + name, how.equals("-") ? tar : compressed(how, tar))));

        assertThat(failure).isEmpty();
        assertThat(read("dir/link")).isEqualTo("#!/bin/sh");
        assertThat(read("hard")).isEqualTo("#!/bin/sh");
        assertThat(Files.isExecutable(sandbox.resolve("dir/run.sh"))).isTrue();
        assertThat(read("dir/" + "long".repeat(40))).isEqualTo("x");
        assertThat(sandbox.resolve(name)).exists();
    }

    @Test
    void unpacksZipAndGzip() throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("d/"));
            out.putNextEntry(new ZipEntry("d/e.txt"));
            out.write(bytes("zipped"));
        }

        var failure = fetch(
                uri(serve("/a.zip", zip.toByteArray())),
                uri(serve("/log.txt.gz", compressed("gz", bytes("one file")))));

        assertThat(failure).isEmpty();
        assertThat(read("d/e.txt")).isEqualTo("zipped");
        assertThat(read("log.txt")).isEqualTo("one file");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "FILE,../out,,leads out",
        "FILE,/tmp/baton-out,,is absolute",
        "FILE,stdout,,would replace",
        "SYMLINK,l,/etc,leads out",
        "SYMLINK,l,../..,leads out",
        "HARD,h,../../x,leads out",
        "HARD,h,missing,no file of the archive",
        "DEVICE,d,,no file",
        "FIFO,d,,no file",
        "SETUID,s,,setuid"
    })
    void archivesThatReachOutAreRejected(String kind, String name, String target, String rule) throws IOException {
        var tar = tar(t -> {
            switch (kind) {
                case "FILE" -> {
                    var entry = new TarArchiveEntry(name, true);
                    entry.setSize(1);
                    t.putArchiveEntry(entry);
                    t.write('x');
                    t.closeArchiveEntry();
                }
                case "SETUID" -> add(t, name, 04755, "x");
                case "SYMLINK" -> link(t, name, TarConstants.LF_SYMLINK, target);
                case "HARD" -> link(t, name, TarConstants.LF_LINK, target);
                case "DEVICE" -> link(t, name, TarConstants.LF_CHR, "");
                default -> link(t, name, TarConstants.LF_FIFO, "");
            }
        });

        var failure = fetch(uri(serve("/a.tar", tar))).orElseThrow();

        assertThat(failure).contains("/a.tar': archive rejected: ", rule);
        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(Files.exists(Path.of("/tmp/baton-out"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void nothingIsWrittenThroughALinkOfAnEarlierArchive() throws IOException {
        var first = tar(t -> link(t, "l", TarConstants.LF_SYMLINK, "elsewhere"));
        var second = tar(t -> add(t, "l/x", 0644, "x"));

        var failure = fetch(uri(serve("/a.tar", first)), uri(serve("/b.tar", second)));

        assertThat(failure.orElseThrow()).contains("'l' is there already, and no directory");
    }

    @Test
    void zipsThatReachOutAreRejected() throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("../../out"));
            out.write(1);
        }

        assertThat(fetch(uri(serve("/a.zip", zip.toByteArray()))).orElseThrow())
                .contains("archive rejected: entry '../../out' leads out");
    }

    @Test
    void aBombIsRejectedEarly() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            for (int i = 0; i < 48; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }

        assertThat(fetch(uri(serve("/bomb.gz", out.toByteArray()))).orElseThrow())
                .contains("200 times larger");
    }

    @Test
    void moreEntriesThanAnArchiveMayHaveAreNotEvenRead() throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            for (int i = 0; i <= 100_000; i++) {
                out.putNextEntry(new ZipEntry("e" + i + "/"));
            }
        }

        assertThat(fetch(uri(serve("/many.zip", zip.toByteArray()))).orElseThrow())
                .contains("more than 100000 entries");
    }

    /** A list of entries with more than 4 MiB of extra fields. */
    private static byte[] zipWithLargeList() throws IOException {
        var extra = ByteBuffer.allocate(65_000).order(ByteOrder.LITTLE_ENDIAN);
        extra.putShort((short) 0x4242).putShort((short) 64_996);
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(zip)) {
            for (int i = 0; i < 64; i++) {
                var entry = new ZipEntry("e" + i + "/");
                entry.setExtra(extra.array());
                out.putNextEntry(entry);
            }
        }
        return zip.toByteArray();
    }

    /** The same where the list is not at the place that the end of the file names for older readers. */
    private static byte[] zipWithTwoEnds() throws IOException {
        var zip = zipWithLargeList();
        int end = zip.length - 22;
        var old = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        var out = ByteBuffer.allocate(zip.length + 56 + 20).order(ByteOrder.LITTLE_ENDIAN);
        out.put(zip, 0, end);
        out.putInt(0x06064b50).putLong(44).putInt(0).putLong(0);
        out.putLong(64).putLong(64).putLong(old.getInt(end + 12)).putLong(old.getInt(end + 16));
        out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        old.putInt(end + 12, 0).putInt(end + 16, 0);
        out.put(zip, end, 22);
        return out.array();
    }

    @Test
    void aZipWhoseListWouldFillTheMemoryIsNotEvenRead() throws IOException {
        var zip = zipWithLargeList();
        var appended = new byte[zip.length + 100];
        System.arraycopy(zip, 0, appended, 100, zip.length);

        for (var content : List.of(zip, appended, zipWithTwoEnds())) {
            assertThat(fetch(uri(serve("/large.zip", content))).orElseThrow())
                    .contains("large.zip", "its list of entries takes more than 72 MiB of memory");
            Files.deleteIfExists(sandbox.resolve("large.zip"));
            server.removeContext("/large.zip");
        }
    }

    @Test
    void aZipsNameMayStandBesideAnOlderOne() throws IOException {
        var zip = new ByteArrayOutputStream();
        try (var out = new ZipArchiveOutputStream(zip)) {
            out.setEncoding("ISO-8859-1");
            out.setUseLanguageEncodingFlag(false);
            out.setCreateUnicodeExtraFields(ZipArchiveOutputStream.UnicodeExtraFieldPolicy.ALWAYS);
            out.putArchiveEntry(new ZipArchiveEntry("\u00e4.txt"));
            out.write(bytes("zipped"));
            out.closeArchiveEntry();
        }

        assertThat(fetch(uri(serve("/a.zip", zip.toByteArray())))).isEmpty();
        assertThat(read("\u00e4.txt")).isEqualTo("zipped");
    }

    @Test
    void aDamagedArchiveIsNamed() {
        assertThat(fetch(uri(serve("/a.tgz", bytes("no archive")))).orElseThrow())
                .contains("a.tgz", "cannot be unpacked");
        assertThat(fetch(uri(serve("/a.zip", bytes("no archive")))).orElseThrow())
                .contains("a.zip", "no zip file");
    }

    @Test
    void aTasksDiskIsAllThereIs() {
        var url = serve("/big", new byte[2_000]);

        var failure = begin(1_999, uri(url))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();

        assertThat(failure.orElseThrow()).contains("has 2000 bytes, more than there is room for");
    }

    @Test
    void anAnswerThatIsNoFileFailsWithoutItsBody() {
        server.createContext("/no", exchange -> {
            exchange.sendResponseHeaders(404, 6);
            exchange.getResponseBody().write(bytes("secret"));
            exchange.close();
        });

        assertThat(fetch(uri(url("/no/x"))).orElseThrow())
                .contains("/no/x': the server answered with status 404")
                .doesNotContain("secret");
    }

    @Test
    void redirectsAreFollowedButNotForEver() throws IOException {
        server.createContext("/once", exchange -> {
            exchange.getResponseHeaders().add("Location", "/there.txt");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/loop", exchange -> {
            exchange.getResponseHeaders().add("Location", "/loop");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        serve("/there.txt", bytes("there"));

        assertThat(fetch(uri(url("/once")))).isEmpty();
        assertThat(read("once")).isEqualTo("there");
        assertThat(fetch(uri(url("/loop"))).orElseThrow()).contains("more than 5 redirects");
    }

    @Test
    void refusedNetworksAreRefusedBehindARedirectToo() throws IOException {
        fetcher.close();
        fetcher = fetcher(Duration.ofSeconds(30), Duration.ofSeconds(20), List.of("169.254.0.0/16", "127.0.0.2"));
        for (var target : Set.of("http://169.254.169.254/x", "http://127.0.0.2:1/x")) {
            var path = "/to" + target.length();
            server.createContext(path, exchange -> {
                exchange.getResponseHeaders().add("Location", target);
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            assertThat(fetch(uri(url(path))).orElseThrow()).contains("does not fetch from");
        }
        assertThat(fetch(uri("http://169.254.169.254/x")).orElseThrow())
                .contains("169.254.0.0/16", "baton.agent.fetch.refused-networks");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(fetch(uri("file:///no/such/file")).orElseThrow())
                .isEqualTo("Failed to fetch '/no/such/file': No such file or directory");
    }

    /** Sends one byte, then nothing until the test is over. */
    private String serveSilence() {
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        return url("/slow");
    }

    @Test
    void aSilentSourceIsGivenUp() throws IOException {
        fetcher.close();
        fetcher = fetcher(Duration.ofSeconds(30), Duration.ofSeconds(1), List.of());

        assertThat(fetch(uri(serveSilence())).orElseThrow()).contains("next to nothing came within 1.0 s");
    }

    @Test
    void aPipeThatNobodyWritesIntoIsGivenUpToo() throws IOException {
        fetcher.close();
        fetcher = fetcher(Duration.ofSeconds(30), Duration.ofSeconds(1), List.of());
        var pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString())
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();

        assertThat(fetch(uri("file://" + pipe)).orElseThrow()).contains("/pipe': next to nothing came within 1.0 s");
    }

    @Test
    void aFetchThatTakesTooLongIsGivenUp() throws IOException {
        fetcher.close();
        fetcher = fetcher(Duration.ofSeconds(1), Duration.ofSeconds(20), List.of());

        assertThat(fetch(uri(serveSilence())).orElseThrow()).contains("not done within 1.0 s");
        assertThat(fetch(uri("file:///dev/zero").setOutputFile("z")).orElseThrow())
                .containsAnyOf("not done within 1.0 s", "larger than the room");
    }

    @Test
    void aCancelledFetchEndsAtOnceAndOthersGoOn() throws IOException {
        var slow = begin(0, uri(serveSilence()));
        var done = new CompletableFuture<Optional<String>>();
        var plan = FetchPlan.of(
                CommandInfo.newBuilder().addUris(uri(serve("/f", bytes("x")))).build());
        fetcher.fetch(new Fetcher.Order("other", sandbox, plan.plan(), Optional.empty(), 0, "f"), done::complete);

        assertThat(done.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join()).isEmpty();
        assertThat(slow).isNotDone();
        fetcher.cancel("c");

        assertThat(slow.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().orElseThrow())
                .contains("called off");
        assertThat(sandbox.resolve("f")).hasContent("x");
    }

    private CompletableFuture<Optional<String>> begin(String container, String url) throws IOException {
        return begin(container, url, "f");
    }

    private CompletableFuture<Optional<String>> begin(String container, String url, String owner) throws IOException {
        var place = Files.createDirectory(directory.resolve(container));
        var plan = FetchPlan.of(CommandInfo.newBuilder().addUris(uri(url)).build());
        var done = new CompletableFuture<Optional<String>>();
        fetcher.fetch(new Fetcher.Order(container, place, plan.plan(), Optional.empty(), 0, owner), done::complete);
        return done;
    }

    @Test
    void slowSourcesOfOneFrameworkDoNotKeepAnotherWaiting() throws IOException {
        var slow = serveSilence();
        var busy = List.of(begin("a", slow), begin("b", slow));
        var more = begin("c", slow);
        var other = begin("d", serve("/f", bytes("x")), "another");

        assertThat(other.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join()).isEmpty();
        assertThat(busy).noneMatch(CompletableFuture::isDone);
        assertThat(more).isNotDone();
    }

    @Test
    void aCancelledFetchDoesNotWaitForItsTurn() throws IOException {
        var slow = serveSilence();
        var busy = List.of(begin("a", slow), begin("b", slow));
        var waiting = begin("c", slow);

        fetcher.cancel("c");

        assertThat(waiting).isDone();
        assertThat(waiting.join().orElseThrow()).contains("called off");
        assertThat(busy).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void aFetchThatIsCancelledBeforeItIsAskedForNeverBegins() throws IOException {
        fetcher.cancel("c");

        assertThat(begin("c", serveSilence())
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join()
                        .orElseThrow())
                .contains("called off");
        fetcher.forget("c");
        assertThat(fetch(uri(serve("/f", bytes("x"))))).isEmpty();
    }
}

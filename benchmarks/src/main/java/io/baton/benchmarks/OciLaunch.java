package io.baton.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An image of busybox for tasks, and what the bare runtime takes to run {@code true} in it, with the same limits. */
final class OciLaunch {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String RUNTIME = "runc";
    private static final long MEMORY_BYTES = 32L << 20;
    private static final long PROCESSES = 1_024;
    private static final long SHARES = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;

    /** Makes the image. */
    OciLaunch(Path directory) throws IOException {
        this.directory = directory;
        if (!Files.isExecutable(BUSYBOX)) {
            throw new IOException(
                    "there is no /bin/busybox to make an image of: apt-get install busybox-static runc umoci");
        }
        var bin = Files.createDirectories(rootfs().resolve("bin"));
        Files.copy(BUSYBOX, bin.resolve("busybox"), LinkOption.NOFOLLOW_LINKS);
        for (var applet : List.of("sh", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var image = images().resolve("busybox") + ":latest";
        Files.createDirectories(images());
        run(List.of("umoci", "init", "--layout", images().resolve("busybox").toString()));
        run(List.of("umoci", "new", "--image", image));
        run(List.of("umoci", "insert", "--image", image, rootfs().toString(), "/"));
    }

    Path images() {
        return directory.resolve("images");
    }

    private Path rootfs() {
        return directory.resolve("bare/rootfs");
    }

    /** What tasks are to run in. */
    static ContainerInfo container() {
        return ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setMesos(ContainerInfo.MesosInfo.newBuilder()
                        .setImage(Image.newBuilder()
                                .setType(Image.Type.DOCKER)
                                .setDocker(Image.Docker.newBuilder().setName("busybox"))))
                .build();
    }

    /**
     * Runs containers by the runtime alone, from bundles made beforehand.
     *
     * @return containers per second
     */
    double runtimeRate(String prefix, int count, int threads) throws IOException, InterruptedException {
        var bundle = directory.resolve("bare");
        Files.deleteIfExists(bundle.resolve("config.json"));
        run(List.of(RUNTIME, "spec", "--bundle", bundle.toString()));
        Files.writeString(bundle.resolve("config.json"), limited(Files.readString(bundle.resolve("config.json"))));
        var pool = Executors.newFixedThreadPool(threads);
        var next = new AtomicInteger();
        var failed = new AtomicInteger();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            pool.execute(() -> {
                for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
                    if (!runOne(bundle, prefix + n)) {
                        failed.incrementAndGet();
                    }
                }
            });
        }
        pool.shutdown();
        if (!pool.awaitTermination(10, TimeUnit.MINUTES) || failed.get() > 0) {
            throw new IOException(failed.get() + " of " + count + " containers did not run by " + RUNTIME + " alone");
        }
        return count / ((System.nanoTime() - start) / 1e9);
    }

    /** As the agent asks for it: four namespaces of its own, the host's network, memory, cpu and processes limited. */
    private static String limited(String spec) throws IOException {
        var root = (ObjectNode) JSON.readTree(spec);
        var process = (ObjectNode) root.get("process");
        process.put("terminal", false);
        process.putArray("args").add("/bin/sh").add("-c").add("true");
        var linux = (ObjectNode) root.get("linux");
        var namespaces = linux.putArray("namespaces");
        for (var kind : List.of("pid", "mount", "ipc", "uts")) {
            namespaces.addObject().put("type", kind);
        }
        root.remove("hostname");
        var mounts = root.putArray("mounts");
        mounts.addObject().put("destination", "/proc").put("type", "proc").put("source", "proc");
        mounts.addObject().put("destination", "/dev").put("type", "tmpfs").put("source", "tmpfs");
        var resources = (ObjectNode) linux.get("resources");
        resources.putObject("memory").put("limit", MEMORY_BYTES);
        resources.putObject("cpu").put("shares", SHARES);
        resources.putObject("pids").put("limit", PROCESSES);
        return JSON.writeValueAsString(root);
    }

    private boolean runOne(Path bundle, String id) {
        try {
            var process = new ProcessBuilder(
                            RUNTIME,
                            "--root",
                            directory.resolve("state").toString(),
                            "run",
                            "--bundle",
                            bundle.toString(),
                            id)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("bare.log").toFile())
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed: " + words.strip());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}

package io.baton.executor.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that were fetched before, for tasks that say {@code cache}. A directory of the agent's own, bounded in bytes: what
 * was not used for longest goes first. It outlives the agent. For several threads.
 */
final class FetchCache {
    private static final int NAME_DIGITS = 64;
    private static final Logger LOG = LoggerFactory.getLogger(FetchCache.class);

    /** What a fetch finds. */
    sealed interface Find {
        /** It is here; to be closed. */
        record Stored(InputStream content) implements Find {}

        /** Nobody has it: whoever hears this fetches it, and then calls {@link #done}. */
        record First() implements Find {}

        /** Somebody fetches it just now. */
        record UnderWay(CompletableFuture<Void> end) implements Find {}
    }

    private final Path directory;
    private final long maxBytes;
    /** Sizes by name, the longest unused first. */
    private final Map<String, Long> stored = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, CompletableFuture<Void>> underWay = new HashMap<>();
    private final AtomicLong parts = new AtomicLong();
    /** Of what is stored, and of what is just being written. */
    private long usedBytes;

    /**
     * Finds what earlier agents left.
     *
     * @param directory made if missing
     * @param maxBytes 0 for no cache at all
     */
    FetchCache(Path directory, long maxBytes) throws IOException {
        this.directory = directory;
        this.maxBytes = maxBytes;
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        recover();
    }

    private void recover() throws IOException {
        var found = new HashMap<Path, FileTime>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (file.getFileName().toString().length() == NAME_DIGITS) {
                    found.put(file, Files.getLastModifiedTime(file));
                } else {
                    Files.delete(file); // Half written when an agent ended.
                }
            }
        }
        var oldestFirst = found.entrySet().stream()
                .sorted(Map.Entry.<Path, FileTime>comparingByValue()
                        .thenComparing(Map.Entry::getKey, Comparator.naturalOrder()))
                .map(Map.Entry::getKey)
                .toList();
        for (var file : oldestFirst) {
            long size = Files.size(file);
            stored.put(file.getFileName().toString(), size);
            usedBytes += size;
        }
        makeRoom(0);
    }

    boolean isOn() {
        return maxBytes > 0;
    }

    /**
     * How a file is named here.
     *
     * @param user with whose rights it was read
     */
    static String name(String user, String location) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(user.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(location.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has SHA-256", missing);
        }
    }

    /** Looks for a file. One that is removed meanwhile can still be read to its end. */
    synchronized Find find(String name) throws IOException {
        if (stored.get(name) != null) {
            try {
                var content = Files.newInputStream(directory.resolve(name));
                Files.setLastModifiedTime(directory.resolve(name), FileTime.from(Instant.now()));
                return new Find.Stored(content);
            } catch (NoSuchFileException removed) {
                forget(name);
            }
        }
        var other = underWay.get(name);
        if (other != null) {
            return new Find.UnderWay(other);
        }
        underWay.put(name, new CompletableFuture<>());
        return new Find.First();
    }

    /** Who was first has stored it, or could not: whoever waits goes on. */
    void done(String name) {
        Optional<CompletableFuture<Void>> waiting;
        synchronized (this) {
            waiting = Optional.ofNullable(underWay.remove(name));
        }
        waiting.ifPresent(w -> w.complete(null));
    }

    /**
     * Keeps a copy of a file, unless it is too large. A failure is no harm: the next task fetches it anew.
     *
     * @param job ends the copying when it is stopped
     */
    void store(String name, Path file, FetchJob job) {
        long size = 0;
        boolean taken = false;
        var part = directory.resolve(name + "." + parts.incrementAndGet() + ".part");
        try {
            size = Files.size(file);
            taken = reserve(size);
            if (!taken) {
                LOG.info("a file of {} bytes is not kept: baton.agent.fetch.cache-size is {}", size, maxBytes);
                return;
            }
            try (var content = Files.newInputStream(file);
                    var channel = FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                Content.keep(content, Channels.newOutputStream(channel), job);
                channel.force(true); // What has the final name is whole, whatever happens to the host.
            }
            Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            stored(name, size);
        } catch (IOException full) {
            LOG.warn("cannot keep a fetched file in {}: {}", directory, full.toString());
            release(taken ? size : 0);
            discard(part);
        }
    }

    private synchronized void stored(String name, long size) {
        var before = stored.put(name, size);
        usedBytes -= before == null ? 0 : before;
    }

    private synchronized void release(long bytes) {
        usedBytes -= bytes;
    }

    private synchronized boolean reserve(long bytes) {
        if (bytes > maxBytes || !makeRoom(bytes)) {
            return false;
        }
        usedBytes += bytes;
        return true;
    }

    private synchronized boolean makeRoom(long bytes) {
        while (usedBytes + bytes > maxBytes && !stored.isEmpty()) {
            forget(stored.keySet().iterator().next());
        }
        return usedBytes + bytes <= maxBytes;
    }

    /** Removes a file that is not what it should be. */
    synchronized void forget(String name) {
        var size = stored.remove(name);
        usedBytes -= size == null ? 0 : size;
        discard(directory.resolve(name));
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stays) {
            LOG.warn("cannot remove {}: {}", file, stays.toString());
        }
    }

    /** Bytes in use. */
    synchronized long usedBytes() {
        return usedBytes;
    }
}

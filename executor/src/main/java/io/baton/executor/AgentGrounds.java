package io.baton.executor;

import io.baton.executor.checkpoint.WorkDirLock;
import io.baton.executor.process.ProcessTable;
import io.baton.executor.process.SpawnerStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On what an agent works: its directory, kept from others; what earlier agents wrote down there, which is being read; and a
 * spawner, which is being started. Both take a while, in which the process makes the rest of what an agent needs. Becomes an
 * {@link Agent}, or is abandoned.
 */
public final class AgentGrounds {
    private static final Logger LOG = LoggerFactory.getLogger(AgentGrounds.class);

    private final long begun = System.nanoTime();
    private final Path workDir;
    private final WorkDirLock lock;
    private final ProcessTable processes;
    private final SpawnerStart spawner;
    private final CompletableFuture<WrittenState> written = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();

    private AgentGrounds(Path workDir, WorkDirLock lock, ProcessTable processes, SpawnerStart spawner) {
        this.workDir = workDir;
        this.lock = lock;
        this.processes = processes;
        this.spawner = spawner;
    }

    /**
     * Takes the work directory, which is made if it is not there, and begins with both.
     *
     * @throws IOException if it is unusable or in use: says what to do
     */
    public static AgentGrounds take(AgentConfig config) throws IOException {
        var workDir = Files.createDirectories(config.workDir()).toRealPath();
        var lock = WorkDirLock.take(workDir);
        var processes = new ProcessTable(config.proc());
        try {
            var supervision = workDir.resolve("meta").resolve("supervision");
            var spawner = SpawnerStart.begin(supervision, processes, config.shell());
            var out = new AgentGrounds(workDir, lock, processes, spawner);
            var reader = new Thread(() -> out.read(config.cleanup()), "baton-journal-reader");
            reader.setDaemon(true);
            try {
                reader.start();
            } catch (RuntimeException | Error noThread) {
                spawner.abandon();
                throw noThread;
            }
            return out;
        } catch (IOException | RuntimeException | Error impossible) {
            lock.close();
            throw impossible;
        }
    }

    private void read(boolean cleanup) {
        try {
            written.complete(WrittenState.open(workDir, cleanup));
        } catch (IOException | RuntimeException | Error unusable) {
            written.completeExceptionally(unusable);
        }
    }

    /**
     * Waits for what was written down.
     *
     * @throws IOException if it is damaged, or a newer version wrote it: says what to do
     */
    WrittenState written() throws IOException {
        try {
            return written.join();
        } catch (CompletionException unusable) {
            if (unusable.getCause() instanceof IOException known) {
                throw known;
            }
            throw unusable;
        }
    }

    /** {@link System#nanoTime} at the beginning. */
    long begun() {
        return begun;
    }

    Path workDir() {
        return workDir;
    }

    WorkDirLock lock() {
        return lock;
    }

    ProcessTable processes() {
        return processes;
    }

    SpawnerStart spawner() {
        return spawner;
    }

    /** There is an agent on them, which lets go of them when it ends. */
    void used() {
        settled.set(true);
    }

    /**
     * No agent starts here, after all: the directory may be another one's when this returns. Does nothing if there is one, or
     * the second time.
     */
    public void abandon() {
        if (settled.getAndSet(true)) {
            return;
        }
        spawner.abandon();
        try {
            written().journal().close();
        } catch (IOException | RuntimeException unread) {
            LOG.debug("the journal of an agent that does not start: {}", unread.toString());
        }
        try {
            lock.close();
        } catch (IOException late) {
            LOG.debug("the directory of an agent that does not start: {}", late.toString());
        }
    }
}

package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.LogRotation;
import io.baton.executor.sandbox.Workshop;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the output of running tasks: of those that write often, of the others less so. */
public final class LogKeeper implements AutoCloseable {
    /** A round that has not come to the end of its file by then is not waited for. */
    private static final long CLOSE_SECONDS = 3;

    private static final List<String> FILES = List.of("stdout", "stderr");
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private final LogRotation rotation;
    private final Workshop workshop;
    private final Function<TaskEntry, LogRotation.Pause> pauses;
    private final Rounds looking;
    /** Held by a round: while a file is rotated its task stands still. */
    private final ReentrantLock working = new ReentrantLock();

    private Map<String, List<LogWatch>> seen = new HashMap<>();
    private volatile boolean closed;

    /**
     * Looks after nothing yet.
     *
     * @param pauses stop a task's processes for a moment
     * @param executor may block
     */
    public LogKeeper(
            LogRotation rotation, Workshop workshop, Function<TaskEntry, LogRotation.Pause> pauses, Executor executor) {
        this.rotation = rotation;
        this.workshop = workshop;
        this.pauses = pauses;
        this.looking = new Rounds(executor);
    }

    /** Looks at the output of these, unless it still does. To be called each second. */
    public void look(List<TaskEntry> running) {
        if (rotation.maxBytes() > 0) {
            looking.begin(() -> lookAt(running));
        }
    }

    /** Looks at nothing more, and lets the task go on that stands still. Waits for that. */
    @Override
    public void close() {
        closed = true;
        try {
            if (working.tryLock(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                working.unlock();
            } else {
                LOG.warn(
                        "a file of a task's output is still being rotated: the task may stand still until the next agent");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAt(List<TaskEntry> running) {
        working.lock();
        try {
            lookAtAll(running);
        } finally {
            working.unlock();
        }
    }

    private void lookAtAll(List<TaskEntry> running) {
        var next = new HashMap<String, List<LogWatch>>();
        for (var entry : running) {
            var known = seen.get(entry.container());
            var files = known == null ? FILES.stream().map(LogWatch::new).toList() : known;
            next.put(entry.container(), files);
            for (var file : files) {
                if (!closed && file.isDue()) {
                    lookAt(entry, file);
                }
            }
        }
        seen = next;
    }

    private void lookAt(TaskEntry entry, LogWatch watch) {
        var file = entry.sandbox().resolve(watch.name());
        long size = LogRotation.size(file);
        if (rotation.isDue(size)) {
            try {
                rotation.rotate(file, workshop, pauses.apply(entry));
                size = 0;
            } catch (IOException | UnsupportedOperationException stays) {
                LOG.warn("cannot rotate {}: {}", file, stays.toString());
            }
        }
        watch.saw(size, rotation.maxBytes());
    }
}

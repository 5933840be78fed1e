package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.LogRotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the output of running tasks: of those that write often, of the others less so. */
public final class LogKeeper {
    /** Looks between two at a file that does not grow. */
    static final int LONGEST_PAUSE = 4;

    private static final List<String> FILES = List.of("stdout", "stderr");
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private static final class Seen {
        private long size;
        private int pause;
        private int wait;
    }

    private final LogRotation rotation;
    private final Containment containment;
    private final Executor executor;
    private final AtomicBoolean busy = new AtomicBoolean();
    private Map<Path, Seen> seen = new HashMap<>();

    /** @param executor may block */
    public LogKeeper(LogRotation rotation, Containment containment, Executor executor) {
        this.rotation = rotation;
        this.containment = containment;
        this.executor = executor;
    }

    /** Looks at the output of these, unless it still does. To be called each second. */
    public void look(List<TaskEntry> running) {
        if (rotation.maxBytes() > 0 && busy.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    lookAt(running);
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private void lookAt(List<TaskEntry> running) {
        var next = new HashMap<Path, Seen>();
        for (var entry : running) {
            for (var name : FILES) {
                var file = entry.sandbox().resolve(name);
                var state = seen.getOrDefault(file, new Seen());
                next.put(file, state);
                if (state.wait > 0) {
                    state.wait--;
                } else {
                    lookAt(entry, file, state);
                }
            }
        }
        seen = next;
    }

    private void lookAt(TaskEntry entry, Path file, Seen state) {
        long size = LogRotation.size(file);
        if (rotation.isDue(size)) {
            try {
                rotation.rotate(file, containment.pauseOf(entry));
                size = 0;
            } catch (IOException | UnsupportedOperationException stays) {
                LOG.warn("cannot rotate {}: {}", file, stays.toString());
            }
        }
        state.pause = size == state.size ? Math.min(LONGEST_PAUSE, state.pause + 1) : 0;
        state.wait = state.pause;
        state.size = size;
    }
}

package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.LogRotation;
import java.io.IOException;
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

    /** One file of a container. */
    private static final class Seen {
        private final String name;
        private long size;
        private int pause;
        private int wait;

        private Seen(String name) {
            this.name = name;
        }
    }

    private final LogRotation rotation;
    private final Containment containment;
    private final Executor executor;
    private final AtomicBoolean busy = new AtomicBoolean();
    private Map<String, List<Seen>> seen = new HashMap<>();

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
        var next = new HashMap<String, List<Seen>>();
        for (var entry : running) {
            var known = seen.get(entry.container());
            var files = known == null ? FILES.stream().map(Seen::new).toList() : known;
            next.put(entry.container(), files);
            for (var state : files) {
                if (state.wait > 0) {
                    state.wait--;
                } else {
                    lookAt(entry, state);
                }
            }
        }
        seen = next;
    }

    private void lookAt(TaskEntry entry, Seen state) {
        var file = entry.sandbox().resolve(state.name);
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

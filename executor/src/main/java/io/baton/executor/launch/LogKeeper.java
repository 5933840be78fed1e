package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.LogRotation;
import io.baton.executor.sandbox.Workshop;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the output of running tasks: of those that write often, of the others less so. */
public final class LogKeeper {
    private static final List<String> FILES = List.of("stdout", "stderr");
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private final LogRotation rotation;
    private final Workshop workshop;
    private final Containment containment;
    private final Rounds looking;
    private Map<String, List<LogWatch>> seen = new HashMap<>();

    /** @param executor may block */
    public LogKeeper(LogRotation rotation, Workshop workshop, Containment containment, Executor executor) {
        this.rotation = rotation;
        this.workshop = workshop;
        this.containment = containment;
        this.looking = new Rounds(executor);
    }

    /** Looks at the output of these, unless it still does. To be called each second. */
    public void look(List<TaskEntry> running) {
        if (rotation.maxBytes() > 0) {
            looking.begin(() -> lookAt(running));
        }
    }

    private void lookAt(List<TaskEntry> running) {
        var next = new HashMap<String, List<LogWatch>>();
        for (var entry : running) {
            var known = seen.get(entry.container());
            var files = known == null ? FILES.stream().map(LogWatch::new).toList() : known;
            next.put(entry.container(), files);
            for (var file : files) {
                if (file.isDue()) {
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
                rotation.rotate(file, workshop, containment.pauseOf(entry));
                size = 0;
            } catch (IOException | UnsupportedOperationException stays) {
                LOG.warn("cannot rotate {}: {}", file, stays.toString());
            }
        }
        watch.saw(size, rotation.maxBytes());
    }
}

package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.SandboxCollector;
import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes old sandboxes. On a slow disk that may take longer than until it is due again. */
final class SandboxKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxKeeper.class);

    private final SandboxCollector collector;
    private final HostNumbers numbers;
    private final Rounds collecting;
    /** By container, the run that each is in that was begun and is not over. */
    private final Map<String, String> begun = new ConcurrentHashMap<>();

    SandboxKeeper(SandboxCollector collector, HostNumbers numbers, Executor executor) {
        this.collector = collector;
        this.numbers = numbers;
        this.collecting = new Rounds(executor);
    }

    /** A container is about to have a sandbox: who asked for old ones before did not know of it. */
    void begins(TaskEntry entry) {
        var run = Sandboxes.runOf(entry.sandbox()).getFileName().toString();
        begun.put(entry.container(), run);
    }

    void over(TaskEntry entry) {
        begun.remove(entry.container());
    }

    void collect(Set<String> inUse, boolean always, Instant now) {
        collecting.begin(() -> {
            try {
                double used = collector.used();
                numbers.allowed(collector.allowedAge(used));
                if (always || collector.isShort(used)) {
                    var collected =
                            collector.collect(run -> inUse.contains(run) || begun.containsValue(run), now, used);
                    numbers.collected(collected);
                    if (collected.removed() > 0) {
                        LOG.info("removed {} old sandboxes", collected.removed());
                    }
                }
            } catch (IOException unreadable) {
                LOG.warn("cannot collect old sandboxes: {}", unreadable.getMessage());
            }
        });
    }
}

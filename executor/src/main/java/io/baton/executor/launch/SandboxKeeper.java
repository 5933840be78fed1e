package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.DiskUse;
import io.baton.executor.sandbox.SandboxCollector;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures sandboxes and removes old ones. On a slow disk either may take longer than until it is due again. */
final class SandboxKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxKeeper.class);

    private final SandboxCollector collector;
    private final Containment containment;
    private final HostNumbers numbers;
    private final Rounds measuring;
    private final Rounds collecting;

    SandboxKeeper(SandboxCollector collector, Containment containment, HostNumbers numbers, Executor executor) {
        this.collector = collector;
        this.containment = containment;
        this.numbers = numbers;
        this.measuring = new Rounds(executor);
        this.collecting = new Rounds(executor);
    }

    /** @param used told each container and its megabytes */
    void measure(List<TaskEntry> entries, ObjLongConsumer<String> used) {
        if (entries.isEmpty()) {
            return;
        }
        var sandboxesByContainer =
                entries.stream().map(e -> Map.entry(e.container(), e.sandbox())).toList();
        measuring.begin(() -> sandboxesByContainer.forEach(e -> used.accept(
                e.getKey(),
                DiskUse.megabytes(e.getValue()) + containment.containers().writtenMb(e.getKey()))));
    }

    void collect(Set<String> inUse, boolean always, Instant now) {
        collecting.begin(() -> {
            try {
                double used = collector.used();
                numbers.allowed(collector.allowedAge(used));
                if (always || collector.isShort(used)) {
                    var collected = collector.collect(inUse, now, used);
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

package io.baton.executor.launch;

import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.DiskUse;
import io.baton.executor.sandbox.SandboxCollector;
import io.baton.executor.sandbox.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures sandboxes and removes old ones. On a slow disk either may take longer than until it is due again. */
final class SandboxKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxKeeper.class);

    private final SandboxCollector collector;
    private final Volumes volumes;
    private final Containment containment;
    private final HostNumbers numbers;
    private final Rounds measuring;
    private final Rounds collecting;

    SandboxKeeper(SandboxCollector collector, Containment containment, HostNumbers numbers, Executor executor) {
        this.collector = collector;
        this.volumes = new Volumes(collector.workDir());
        this.containment = containment;
        this.numbers = numbers;
        this.measuring = new Rounds(executor);
        this.collecting = new Rounds(executor);
    }

    /**
     * Measures these.
     *
     * @param used told each container and its megabytes
     * @param exceeded told each container with a volume that holds more than its size, and what happened
     */
    void measure(List<TaskEntry> entries, ObjLongConsumer<String> used, BiConsumer<String, String> exceeded) {
        if (!entries.isEmpty()) {
            measuring.begin(() -> measureNow(entries, used, exceeded));
        }
    }

    private void measureNow(
            List<TaskEntry> entries, ObjLongConsumer<String> used, BiConsumer<String, String> exceeded) {
        var written = new HashMap<String, Path>();
        var directories = new ArrayList<Path>();
        for (var entry : entries) {
            directories.add(entry.sandbox());
            containment.containers().written(entry.container()).ifPresent(place -> {
                written.put(entry.container(), place);
                directories.add(place);
            });
            entry.measuredVolumes().forEach(volume -> directories.add(volumes.place(volume)));
        }
        try {
            var megabytes = DiskUse.megabytes(directories);
            for (var entry : entries) {
                var place = written.get(entry.container());
                long beside = place == null ? 0 : megabytes.getOrDefault(place, 0L);
                Optional.ofNullable(megabytes.get(entry.sandbox()))
                        .ifPresent(own -> used.accept(entry.container(), own + beside));
                for (var volume : entry.measuredVolumes()) {
                    long quota = (long) volume.getScalar().getValue();
                    Optional.ofNullable(megabytes.get(volumes.place(volume)))
                            .filter(holds -> holds > quota)
                            .ifPresent(holds -> exceeded.accept(entry.container(), TaskEntry.excess(holds, quota)));
                }
            }
        } catch (IOException impossible) {
            LOG.warn("cannot measure sandboxes: {}", impossible.toString());
        }
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

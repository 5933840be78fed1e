package io.baton.executor.launch;

import io.baton.executor.sandbox.SandboxCollector;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes old sandboxes. On a slow disk that may take longer than until it is due again. */
final class SandboxKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxKeeper.class);

    private final SandboxCollector collector;
    private final HostNumbers numbers;
    private final Rounds collecting;

    SandboxKeeper(SandboxCollector collector, HostNumbers numbers, Executor executor) {
        this.collector = collector;
        this.numbers = numbers;
        this.collecting = new Rounds(executor);
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

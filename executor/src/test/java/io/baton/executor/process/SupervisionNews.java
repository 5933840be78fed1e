package io.baton.executor.process;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What a supervision has told. */
record SupervisionNews(Map<String, Optional<ProcessIdentity>> started, Map<String, Verdict> ended, AtomicInteger lost)
        implements Supervision.Listener {
    SupervisionNews() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new AtomicInteger());
    }

    @Override
    public void started(String container, Optional<ProcessIdentity> identity) {
        started.put(container, identity);
    }

    @Override
    public void ended(String container, Verdict verdict) {
        ended.put(container, verdict);
    }

    @Override
    public void spawnerLost() {
        lost.incrementAndGet();
    }
}

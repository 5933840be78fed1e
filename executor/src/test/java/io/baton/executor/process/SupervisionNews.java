package io.baton.executor.process;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a supervision has told. */
record SupervisionNews(Map<String, Optional<ProcessIdentity>> started, Map<String, Verdict> ended)
        implements Supervision.Listener {
    SupervisionNews() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    @Override
    public void started(String container, Optional<ProcessIdentity> identity) {
        started.put(container, identity);
    }

    @Override
    public void ended(String container, Verdict verdict) {
        ended.put(container, verdict);
    }
}

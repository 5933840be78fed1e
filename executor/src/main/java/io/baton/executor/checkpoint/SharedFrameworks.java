package io.baton.executor.checkpoint;

import io.baton.v1.FrameworkInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Each record of a task brings its framework along: those that are alike are kept once, and without long labels, or they
 * would fill the heap.
 */
final class SharedFrameworks {
    /** So many are kept at hand; the longest unused goes, and is kept twice if it comes again. */
    static final int MAX = 100;

    private final Map<String, FrameworkInfo> latest = new LinkedHashMap<>(MAX, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FrameworkInfo> eldest) {
            return size() > MAX;
        }
    };

    /** An equal one, the same one as before if there was one. */
    FrameworkInfo of(FrameworkInfo told) {
        var brief = Brief.of(told);
        return latest.compute(told.getId().getValue(), (id, known) -> brief.equals(known) ? known : brief);
    }
}

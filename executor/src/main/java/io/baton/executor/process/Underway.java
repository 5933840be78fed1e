package io.baton.executor.process;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Launches that were ordered of a spawner and not yet heard of, in their order; at most those that an agent has under way. */
final class Underway {
    private final Set<String> containers = new LinkedHashSet<>();

    synchronized void ordered(List<String> launches) {
        containers.addAll(launches);
    }

    synchronized void heard(String container) {
        containers.remove(container);
    }

    synchronized List<String> all() {
        return List.copyOf(containers);
    }
}

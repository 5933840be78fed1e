package io.baton.resourcemanager.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is used and leased of an agent, by framework and role, in that order. */
final class Holdings {
    private final List<Holding> all = new ArrayList<>();
    private List<Holding> copy = List.of();
    private boolean changed;

    void clear() {
        all.clear();
        changed = true;
    }

    void add(FrameworkId framework, String role, Resources resources) {
        var one = new Holding(framework, role, resources);
        int at = Collections.binarySearch(all, one);
        if (at >= 0) {
            all.set(at, new Holding(framework, role, all.get(at).resources().plus(resources)));
        } else if (!resources.isEmpty()) {
            all.add(-at - 1, one);
        }
        changed = true;
    }

    /** What is not held is not taken away. */
    void remove(FrameworkId framework, String role, Resources resources) {
        int at = Collections.binarySearch(all, new Holding(framework, role, resources));
        if (at >= 0) {
            var left = all.get(at).resources().minus(resources);
            if (left.isEmpty()) {
                all.remove(at);
            } else {
                all.set(at, new Holding(framework, role, left));
            }
            changed = true;
        }
    }

    /** A list that no later change shows in. */
    List<Holding> all() {
        if (changed) {
            copy = List.copyOf(all);
            changed = false;
        }
        return copy;
    }

    /** Whether the framework has any of it. */
    boolean isOf(FrameworkId framework) {
        return all.stream().anyMatch(h -> h.framework().equals(framework));
    }

    SortedMap<FrameworkId, Resources> byFramework() {
        var out = new TreeMap<FrameworkId, Resources>();
        all.forEach(h -> out.merge(h.framework(), h.resources(), Resources::plus));
        return out;
    }
}

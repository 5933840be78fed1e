package io.baton.resourcemanager.query;

import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What tasks, executors and offers hold of each agent and for each framework, kept up with each change. A change that
 * moves no resources costs one comparison.
 *
 * <p>Pure and mutable. Ids are texts here, as the messages have them.
 */
final class Held {
    /** What is held under one id, by the role that it is allocated to. */
    private static final class Sums {
        private final SortedMap<String, Tally> used = new TreeMap<>();
        private final SortedMap<String, Tally> offered = new TreeMap<>();

        boolean isEmpty() {
            return used.isEmpty() && offered.isEmpty();
        }

        static void count(SortedMap<String, Tally> tallies, String role, Resources bundle, boolean more) {
            var tally = tallies.computeIfAbsent(role, Tally::new);
            if (more) {
                tally.add(bundle);
            } else {
                tally.remove(bundle);
            }
            if (tally.isEmpty()) {
                tallies.remove(role);
            }
        }

        static List<Resource> sum(SortedMap<String, Tally> tallies) {
            return tallies.size() == 1
                    ? tallies.get(tallies.firstKey()).sum()
                    : tallies.values().stream()
                            .flatMap(tally -> tally.sum().stream())
                            .toList();
        }
    }

    /** Looked up by key only, so the order of the maps does not show. */
    private final Map<String, Sums> ofAgent = new HashMap<>();

    private final Map<String, Sums> ofFramework = new HashMap<>();
    private final Set<String> changedAgents = new HashSet<>();

    /**
     * A task has taken another's place.
     *
     * @param before null if there was none
     * @param after null if there is none any more
     */
    void task(Task before, Task after) {
        boolean used = before != null && isInUse(before);
        boolean uses = after != null && isInUse(after);
        boolean same = used
                && uses
                && before.getAgentId().equals(after.getAgentId())
                && before.getResourcesList().equals(after.getResourcesList());
        if (!same && used) {
            use(before.getAgentId().getValue(), before.getFrameworkId().getValue(), before.getResourcesList(), false);
        }
        if (!same && uses) {
            use(after.getAgentId().getValue(), after.getFrameworkId().getValue(), after.getResourcesList(), true);
        }
    }

    private static boolean isInUse(Task task) {
        return !TaskStates.isTerminal(task.getState()) && !OutOfReach.is(task);
    }

    /** An executor of the framework's own has come, or gone. */
    void use(String agent, String framework, List<Resource> resources, boolean more) {
        var bundle = Resources.fromProto(resources);
        var role =
                resources.isEmpty() ? "" : resources.get(0).getAllocationInfo().getRole();
        both(agent, framework).forEach(sums -> Sums.count(sums.used, role, bundle, more));
        clean(agent, framework);
    }

    /** An offer is out, or over. */
    void offer(Offer offer, boolean out) {
        var agent = offer.getAgentId().getValue();
        var framework = offer.getFrameworkId().getValue();
        var bundle = Resources.fromProto(offer.getResourcesList());
        var role = offer.getAllocationInfo().getRole();
        both(agent, framework).forEach(sums -> Sums.count(sums.offered, role, bundle, out));
        clean(agent, framework);
    }

    private Stream<Sums> both(String agent, String framework) {
        return Stream.of(
                ofAgent.computeIfAbsent(agent, key -> new Sums()),
                ofFramework.computeIfAbsent(framework, key -> new Sums()));
    }

    /** Who holds nothing is forgotten. */
    private void clean(String agent, String framework) {
        changedAgents.add(agent);
        ofAgent.computeIfPresent(agent, (key, sums) -> sums.isEmpty() ? null : sums);
        ofFramework.computeIfPresent(framework, (key, sums) -> sums.isEmpty() ? null : sums);
    }

    /** The agents of which something else is held since the last time. */
    Set<String> takeChangedAgents() {
        var changed = Set.copyOf(changedAgents);
        changedAgents.clear();
        return changed;
    }

    List<Resource> usedOf(String agent) {
        return used(ofAgent.get(agent));
    }

    List<Resource> offeredOf(String agent) {
        return offered(ofAgent.get(agent));
    }

    List<Resource> usedBy(String framework) {
        return used(ofFramework.get(framework));
    }

    List<Resource> offeredTo(String framework) {
        return offered(ofFramework.get(framework));
    }

    private static List<Resource> used(Sums sums) {
        return sums == null ? List.of() : Sums.sum(sums.used);
    }

    private static List<Resource> offered(Sums sums) {
        return sums == null ? List.of() : Sums.sum(sums.offered);
    }
}

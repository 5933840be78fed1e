package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.ExecutorEnded;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The executors of an agent, each from the launch that started it until the agent says that it is over. What one holds
 * is taken from the balance once, however many tasks it has.
 */
final class HostedExecutors {
    /** Executor ids are unique only within their framework. */
    private record Key(FrameworkId framework, String executor) implements Comparable<Key> {
        static Key of(FrameworkId framework, ExecutorID id) {
            return new Key(framework, id.getValue());
        }

        @Override
        public int compareTo(Key other) {
            int byFramework = framework.compareTo(other.framework);
            return byFramework != 0 ? byFramework : executor.compareTo(other.executor);
        }
    }

    private record Hosted(String role, ExecutorInfo info, Resources resources) {}

    private final SortedMap<Key, Hosted> all = new TreeMap<>();
    private final Balance balance;
    private boolean changed;

    HostedExecutors(Balance balance) {
        this.balance = balance;
    }

    /** The agent's own list replaces all that was believed. The balance must be fresh. */
    void adopt(List<ExecutorInfo> executors) {
        changed |= !all.isEmpty();
        all.clear();
        executors.forEach(info -> start(FrameworkId.fromProto(info.getFrameworkId()), roleOf(info), info));
    }

    private static String roleOf(ExecutorInfo info) {
        return info.getResourcesCount() == 0
                        || !info.getResources(0).getAllocationInfo().hasRole()
                ? "*"
                : info.getResources(0).getAllocationInfo().getRole();
    }

    void start(FrameworkId framework, String role, ExecutorInfo info) {
        var resources = Resources.fromProto(info.getResourcesList());
        all.put(Key.of(framework, info.getExecutorId()), new Hosted(role, info, resources));
        changed = true;
        balance.take(framework, role, resources);
    }

    boolean hosts(FrameworkId framework, ExecutorInfo info) {
        return all.containsKey(Key.of(framework, info.getExecutorId()));
    }

    /** Whether another executor than this one is here under its id. */
    boolean differs(FrameworkId framework, ExecutorInfo info) {
        var hosted = all.get(Key.of(framework, info.getExecutorId()));
        return hosted != null
                && !(plain(hosted.info).equals(plain(info))
                        && hosted.resources.equals(Resources.fromProto(info.getResourcesList())));
    }

    /** Resources may be written in more than one way; the framework's id may be left out. */
    private static ExecutorInfo plain(ExecutorInfo info) {
        return info.toBuilder().clearResources().clearFrameworkId().build();
    }

    /** One is over: readers and its framework hear of it. @return as {@link #ended(FrameworkId, ExecutorID)} */
    boolean ended(AgentId agent, ExecutorEnded ended, List<LedgerEffect> effects) {
        var framework = FrameworkId.fromProto(ended.getFrameworkId());
        boolean here = ended(framework, ended.getExecutorId());
        if (here) {
            news().ifPresent(effects::add);
        }
        effects.add(new LedgerEffect.ToFramework(framework, new FrameworkProtocol.ExecutorEnded(agent, ended)));
        return here;
    }

    /** @return whether it was here and its resources have become free */
    boolean ended(FrameworkId framework, ExecutorID id) {
        var hosted = all.remove(Key.of(framework, id));
        if (hosted != null) {
            changed = true;
            balance.giveBack(framework, hosted.role, hosted.resources);
        }
        return hosted != null;
    }

    /** A framework's own, in the order of their ids. */
    List<ExecutorID> of(FrameworkId framework) {
        return all.entrySet().stream()
                .filter(e -> e.getKey().framework.equals(framework))
                .map(e -> e.getValue().info.getExecutorId())
                .toList();
    }

    /** All of them for readers to see, if any has come or gone since the last time. */
    Optional<LedgerEffect> news() {
        if (!changed) {
            return Optional.empty();
        }
        changed = false;
        return Optional.of(new LedgerEffect.Hosts(all()));
    }

    /** All of them, with the ids of their frameworks. */
    List<ExecutorInfo> all() {
        return all.entrySet().stream()
                .map(e -> e.getValue().info.toBuilder()
                        .setFrameworkId(e.getKey().framework.toProto())
                        .build())
                .toList();
    }
}

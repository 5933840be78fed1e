package io.baton.executor.checkpoint;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.executor.record.Operated;
import io.baton.executor.record.Record;
import io.baton.executor.record.Reserved;
import io.baton.v1.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What operations have made of the host's resources, and how they went. Part of {@link AgentState}. */
public final class HostState {
    /** So many operations are remembered, so that a duplicate is not done again. */
    static final int KNOWN = 1_000;

    /** So many updates wait for schedulers; of more operations that want feedback none is done. */
    public static final int MAX_PENDING = 1_000;

    /** The same in bytes: the agent tells all of them when it registers. */
    public static final long MAX_PENDING_BYTES = 2 << 20;

    private Resources reserved = Resources.EMPTY;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, Optional<Resource.DiskInfo.Source>> destroyed = new TreeMap<>();
    private final Map<String, Operated> pending = new LinkedHashMap<>();

    /** Takes in what was done; the shell writes it down. */
    public void operated(Operated operated) {
        for (var volume : reserved.volumes().toProto("")) {
            var disk = volume.getDisk();
            Resources.fromProto(List.of(volume))
                    .volumeIds()
                    .forEach(id ->
                            destroyed.put(id, disk.hasSource() ? Optional.of(disk.getSource()) : Optional.empty()));
        }
        reserved = Resources.fromProto(operated.getReservedList());
        destroyed.keySet().removeAll(reserved.volumeIds());
        know(operated.getKey());
        if (operated.hasFrameworkId() && operated.getStatus().hasOperationId()) {
            // Only the latest word on what is reserved counts, and of these there may be many.
            pending.put(operated.getKey(), operated.toBuilder().clearReserved().build());
        }
    }

    private void know(String key) {
        known.add(key);
        if (known.size() > KNOWN) {
            var oldest = known.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** @return whether it was pending */
    public boolean acknowledged(String key) {
        return pending.remove(key) != null;
    }

    void removed(FrameworkId framework) {
        pending.values().removeIf(o -> FrameworkId.fromProto(o.getFrameworkId()).equals(framework));
    }

    void restored(Reserved saved) {
        reserved = Resources.fromProto(saved.getReservedList());
        // Pending operations come first, and one of them may have destroyed an earlier volume of such an id.
        destroyed.keySet().removeAll(reserved.volumeIds());
        saved.getKnownList().forEach(this::know);
    }

    /**
     * Volumes that are no more, each once, with the disk that they are on if it is one of its own: what they hold there is
     * to be removed.
     */
    public SortedMap<String, Optional<Resource.DiskInfo.Source>> takeDestroyed() {
        var out = new TreeMap<>(destroyed);
        destroyed.clear();
        return out;
    }

    /** All that is reserved by calls, and all volumes. */
    public Resources reserved() {
        return reserved;
    }

    /** Whether the operation has been done, or refused. */
    public boolean knows(String key) {
        return known.contains(key);
    }

    /** An operation whose update has not been acknowledged. */
    public Optional<Operated> pending(String key) {
        return Optional.ofNullable(pending.get(key));
    }

    /** Whether updates of this framework's operations wait. */
    public boolean awaits(FrameworkId framework) {
        return pending.values().stream()
                .anyMatch(o -> FrameworkId.fromProto(o.getFrameworkId()).equals(framework));
    }

    /** Those whose updates have not been acknowledged, oldest first. */
    public Collection<Operated> pending() {
        return Collections.unmodifiableCollection(pending.values());
    }

    /** What it takes to tell of them. */
    public long pendingBytes() {
        return pending.values().stream().mapToLong(Operated::getSerializedSize).sum();
    }

    List<Record> records() {
        var out = new ArrayList<Record>();
        if (!known.isEmpty()) {
            // Older agents wrote into each all that was reserved, so what comes last must be what holds now.
            pending.values()
                    .forEach(o -> out.add(Record.newBuilder().setOperated(o).build()));
            out.add(Record.newBuilder()
                    .setReserved(Reserved.newBuilder()
                            .addAllReserved(reserved.toProto(""))
                            .addAllKnown(known))
                    .build());
        }
        return out;
    }
}

package io.baton.resourcemanager.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * The ends of tasks that schedulers have acknowledged of late, by their updates. An agent that has sent one again
 * just before it hears of that means no other run of the task.
 *
 * <p>Pure and mutable; one ledger owns it. Each is kept for {@link #KEPT} at least and twice as long at most.
 */
final class KnownEnds {
    /** Far longer than a frame is on its way between an agent and its owner. */
    static final Duration KEPT = Duration.ofSeconds(30);

    /** Of so many in that time the newest are known; an agent that ends more is not of this world. */
    static final int MOST = 10_000;

    /** @param uuid of the update that tells it */
    record End(FrameworkId framework, TaskId task, ByteString uuid) {}

    private Set<End> newer = new HashSet<>();
    private Set<End> older = Set.of();
    private Instant turnAt = Instant.MIN;

    void add(End end) {
        if (newer.size() >= MOST) {
            turn();
        }
        newer.add(end);
    }

    boolean contains(End end) {
        return newer.contains(end) || older.contains(end);
    }

    void clear() {
        newer = new HashSet<>();
        older = Set.of();
    }

    void tick(Instant now) {
        if (now.isBefore(turnAt)) {
            return;
        }
        turnAt = now.plus(KEPT);
        turn();
    }

    private void turn() {
        older = newer;
        newer = new HashSet<>(0);
    }
}

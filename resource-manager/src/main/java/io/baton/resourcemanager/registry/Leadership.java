package io.baton.resourcemanager.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Who leads the registry, as one of its voters sees it. */
public interface Leadership {
    /** Whether this voter leads and may answer. */
    boolean leads();

    /** The voter that leads, as far as this one knows. */
    Optional<String> leader();

    /** How long ago the leader heard of each follower, by voter id; empty on others than the leader. */
    Map<String, Duration> silence();

    /**
     * Has this voter stand for election now, because the leader's process cannot be reached: it does if it follows that
     * leader and has heard nothing of it either. The others vote as ever, so that a mistake costs an election, and
     * nothing that was acknowledged.
     */
    void standFor(String leader);
}

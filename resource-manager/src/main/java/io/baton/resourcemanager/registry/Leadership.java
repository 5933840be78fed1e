package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.record.Command;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Who leads the registry, as one of its voters sees it. */
public interface Leadership {
    /** Whether this voter leads and may answer. */
    boolean leads();

    /** The voter that leads, as far as this one knows. */
    Optional<String> leader();

    /** How long ago the leader heard of each follower, by voter id; empty on others than the leader. */
    Map<String, Duration> silence();

    /**
     * Has the log take this change, with the time of now, if this voter leads and goes on leading until a majority has it.
     * No other leader is asked: for decisions that come from what only a leader sees. One that stood still may have lost the lead
     * long ago, and see nothing as it is.
     *
     * @return never fails; done when that is settled, or after {@link Replica#DEADLINE}
     */
    CompletionStage<Void> decide(Command.Builder command);

    /**
     * Has this voter stand for election now, because the leader's process cannot be reached: it does if it follows that
     * leader and has heard nothing of it either. The others vote as ever, so that a mistake costs an election, and
     * nothing that was acknowledged.
     */
    void standFor(String leader);
}

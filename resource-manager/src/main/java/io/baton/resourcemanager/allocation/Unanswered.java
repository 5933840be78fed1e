package io.baton.resourcemanager.allocation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Who has been offered something of one agent and has not answered yet. Whoever does not answer is passed over until the
 * next batch when more becomes free there: else each task that ends would be one more tiny offer to a scheduler that is
 * busy with the last one. Whoever answers is asked at once, about all that has become free meanwhile.
 */
final class Unanswered {
    /** An offer that is older keeps nothing back: many schedulers hold offers until they have use for them. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Map<Client, Long> since = new HashMap<>(2);

    /** Somebody was passed over since the last batch. */
    boolean passedOver;

    void offered(Client client, long now) {
        since.put(client, now);
    }

    /** @return whether it may have been passed over meanwhile */
    boolean answered(Client client) {
        return since.remove(client) != null && passedOver;
    }

    /** Whether it is not to be asked now. Several proposals of one round are as one. */
    boolean keepsFrom(Client client, long now) {
        var offered = since.get(client);
        return offered != null && offered < now && now < offered + PATIENCE.toMillis();
    }

    void clear() {
        since.clear();
        passedOver = false;
    }
}

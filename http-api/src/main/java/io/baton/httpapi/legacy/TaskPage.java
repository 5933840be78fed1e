package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.Query;
import io.baton.v1.Task;
import java.util.Comparator;

/**
 * Which of many tasks to show.
 *
 * @param ascending oldest first
 */
record TaskPage(long offset, long limit, boolean ascending) {
    private static final long DEFAULT_LIMIT = 100;

    /**
     * @throws BadParameterException naming the parameter that will not do
     */
    static TaskPage of(Query query) {
        long offset = query.number("offset").orElse(0);
        long limit = query.number("limit").orElse(DEFAULT_LIMIT);
        if (offset < 0 || limit < 0) {
            throw new BadParameterException("'offset' and 'limit' must not be negative");
        }
        var order = query.text("order").orElse("desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw new BadParameterException("'order' must be 'asc' or 'desc'");
        }
        return new TaskPage(offset, limit, order.equals("asc"));
    }

    Comparator<Task> order() {
        Comparator<Task> byAge = Comparator.comparingDouble(LegacyTask::started);
        var byId = byAge.thenComparing(task -> task.getTaskId().getValue());
        return ascending ? byId : byId.reversed();
    }
}

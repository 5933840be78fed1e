package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.Query;
import io.baton.v1.Task;
import java.util.Comparator;

/**
 * Which of many tasks to show.
 *
 * @param offset so many are left out, {@link Long#MAX_VALUE} for all
 * @param limit no more than so many, {@link Long#MAX_VALUE} for all
 * @param ascending oldest first
 */
record TaskPage(long offset, long limit, boolean ascending) {
    private static final int DEFAULT_LIMIT = 100;

    /** As Mesos reads them: what is no number counts as if it were not there, and of a negative number are all. */
    static TaskPage of(Query query) {
        return new TaskPage(
                allIfNegative(number(query, "offset", 0)),
                allIfNegative(number(query, "limit", DEFAULT_LIMIT)),
                query.text("order").orElse("").equals("asc"));
    }

    private static long allIfNegative(int number) {
        return number < 0 ? Long.MAX_VALUE : number;
    }

    private static int number(Query query, String name, int otherwise) {
        try {
            return query.text(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    Comparator<Task> order() {
        Comparator<Task> byAge = Comparator.comparingDouble(LegacyTask::started);
        var byId = byAge.thenComparing(task -> task.getTaskId().getValue());
        return ascending ? byId : byId.reversed();
    }
}

package io.baton.testkit;

import io.baton.v1.scheduler.Call;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The calls that came, the latest of them at least, and how many of each type in all. */
final class CallLog {
    /** Calls kept; the oldest go first. */
    static final int LIMIT = 100_000;

    private final Deque<ReceivedCall> calls = new ArrayDeque<>();
    private final Map<Call.Type, Integer> counts = new EnumMap<>(Call.Type.class);

    synchronized void add(ReceivedCall call) {
        if (calls.size() == LIMIT) {
            calls.removeFirst();
        }
        calls.addLast(call);
        counts.merge(call.call().getType(), 1, Integer::sum);
        notifyAll();
    }

    synchronized List<ReceivedCall> all() {
        return List.copyOf(calls);
    }

    synchronized List<ReceivedCall> of(Call.Type type) {
        return calls.stream().filter(call -> call.call().getType() == type).toList();
    }

    synchronized int count(Call.Type type) {
        return counts.getOrDefault(type, 0);
    }

    synchronized List<ReceivedCall> await(Call.Type type, int atLeast, Duration limit) throws InterruptedException {
        var until = System.nanoTime() + limit.toNanos();
        while (count(type) < atLeast) {
            var left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("expected " + atLeast + " " + type + " calls within " + limit + ", came: "
                        + counts.entrySet().stream()
                                .map(c -> c.getValue() + " " + c.getKey())
                                .collect(Collectors.joining(", ")));
            }
            wait(left);
        }
        return of(type);
    }
}

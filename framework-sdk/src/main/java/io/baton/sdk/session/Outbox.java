package io.baton.sdk.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The calls that wait, and those on their way.
 *
 * <p>Calls take effect in the order they were made: one goes out when those before it are answered. Calls that cannot
 * be about the same thing do not wait for each other: ACCEPTs and DECLINEs among themselves, KILLs among themselves.
 * Acknowledgements have a queue of their own and go out in any order.
 */
final class Outbox {
    private final Limits limits;
    private final Deque<Pending> ordered = new ArrayDeque<>();
    private final Deque<Pending> acknowledgements = new ArrayDeque<>();
    private final Map<Long, Pending> inFlight = new HashMap<>();
    private Pending orderedInFlight;
    private int orderedInFlightCount;
    private long orderedNotBeforeMillis;
    private long acknowledgementsNotBeforeMillis;

    Outbox(Limits limits) {
        this.limits = limits;
    }

    /** @return false if there is no room */
    boolean add(Pending call) {
        var queue = queueOf(call);
        var limit = call.acknowledges() ? limits.queuedAcknowledgements() : limits.queuedCalls();
        // What the session itself wants said is little, and must not be lost to a full queue.
        var bounded = !call.ofSession() || call.acknowledges();
        if (bounded && queue.size() >= limit) {
            return false;
        }
        queue.addLast(call);
        return true;
    }

    /** @return the next call that may go out now, which counts as on its way; null if there is none */
    Pending next(long nowMillis) {
        if (inFlight.size() >= limits.connections()) {
            return null;
        }
        var head = ordered.peekFirst();
        if (head != null && nowMillis >= orderedNotBeforeMillis && mayGo(head)) {
            orderedInFlight = head;
            orderedInFlightCount++;
            return sent(ordered.pollFirst());
        }
        if (!acknowledgements.isEmpty() && nowMillis >= acknowledgementsNotBeforeMillis) {
            return sent(acknowledgements.pollFirst());
        }
        return null;
    }

    /** Half of the connections are kept for acknowledgements, which everything that runs waits for. */
    private boolean mayGo(Pending head) {
        return orderedInFlightCount == 0
                || (head.besides(orderedInFlight) && orderedInFlightCount < Math.max(1, limits.connections() / 2));
    }

    private Pending sent(Pending call) {
        inFlight.put(call.id(), call);
        return call;
    }

    /** @return the call that was on its way under this id; null if there is none */
    Pending answered(long id) {
        var call = inFlight.remove(id);
        if (call != null && !call.acknowledges()) {
            orderedInFlightCount--;
        }
        return call;
    }

    /** The call goes out again, before all others of its queue, and none of them sooner than given. */
    void again(Pending call, long notBeforeMillis) {
        queueOf(call).addFirst(call);
        if (call.acknowledges()) {
            acknowledgementsNotBeforeMillis = Math.max(acknowledgementsNotBeforeMillis, notBeforeMillis);
        } else {
            orderedNotBeforeMillis = Math.max(orderedNotBeforeMillis, notBeforeMillis);
        }
    }

    /** A new subscription begins: what was held back may go. */
    void resume() {
        orderedNotBeforeMillis = 0;
        acknowledgementsNotBeforeMillis = 0;
    }

    /** Takes out waiting calls; those on their way stay. */
    List<Pending> remove(Predicate<Pending> which) {
        var removed = new ArrayList<Pending>();
        for (var queue : List.of(ordered, acknowledgements)) {
            queue.removeIf(call -> which.test(call) && removed.add(call));
        }
        return removed;
    }

    /** Takes out calls on their way: their answers mean nothing any more. */
    List<Pending> recall(Predicate<Pending> which) {
        var recalled = inFlight.values().stream().filter(which).toList();
        recalled.forEach(call -> answered(call.id()));
        return recalled;
    }

    /** Takes out everything, those on their way too. */
    List<Pending> clear() {
        var all = new ArrayList<Pending>(inFlight.values());
        all.sort((a, b) -> Long.compare(Math.abs(a.id()), Math.abs(b.id())));
        inFlight.clear();
        orderedInFlightCount = 0;
        all.addAll(remove(call -> true));
        return all;
    }

    boolean isEmpty() {
        return ordered.isEmpty() && acknowledgements.isEmpty() && inFlight.isEmpty();
    }

    boolean waits(Predicate<Pending> which) {
        return ordered.stream().anyMatch(which);
    }

    boolean onItsWay(Predicate<Pending> which) {
        return inFlight.values().stream().anyMatch(which);
    }

    int waitingCalls() {
        return ordered.size();
    }

    int waitingAcknowledgements() {
        return acknowledgements.size();
    }

    private Deque<Pending> queueOf(Pending call) {
        return call.acknowledges() ? acknowledgements : ordered;
    }
}

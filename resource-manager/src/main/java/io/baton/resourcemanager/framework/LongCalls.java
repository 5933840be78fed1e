package io.baton.resourcemanager.framework;

import io.baton.v1.scheduler.Call;
import java.util.Optional;

/**
 * Calls that ask of more tasks or operations than are answered at once: each answer takes a multiple of what was asked. The
 * rest is looked at when the messages that wait now have been; {@link UpdateFlow} leaves out answers that there is no room for.
 *
 * <p>Pure.
 */
final class LongCalls {
    /** So many are answered at once. */
    static final int PIECE = 10_000;

    private LongCalls() {}

    /** What is answered at once; the call itself, unless it is a long one. */
    static Call first(Call call) {
        if (!isLong(call)) {
            return call;
        }
        return call.getType() == Call.Type.RECONCILE ? tasks(call, 0, PIECE) : operations(call, 0, PIECE);
    }

    /** The call without that, if it is a long one. */
    static Optional<Call> rest(Call call) {
        if (!isLong(call)) {
            return Optional.empty();
        }
        int count = count(call);
        return Optional.of(
                call.getType() == Call.Type.RECONCILE ? tasks(call, PIECE, count) : operations(call, PIECE, count));
    }

    private static boolean isLong(Call call) {
        return count(call) > PIECE;
    }

    private static int count(Call call) {
        return switch (call.getType()) {
            case RECONCILE -> call.getReconcile().getTasksCount();
            case RECONCILE_OPERATIONS -> call.getReconcileOperations().getOperationsCount();
            default -> 0;
        };
    }

    private static Call tasks(Call call, int from, int to) {
        var some = call.getReconcile().getTasksList().subList(from, to);
        return call.toBuilder()
                .setReconcile(Call.Reconcile.newBuilder().addAllTasks(some))
                .build();
    }

    private static Call operations(Call call, int from, int to) {
        var some = call.getReconcileOperations().getOperationsList().subList(from, to);
        return call.toBuilder()
                .setReconcileOperations(Call.ReconcileOperations.newBuilder().addAllOperations(some))
                .build();
    }
}

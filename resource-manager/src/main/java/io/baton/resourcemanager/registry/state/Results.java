package io.baton.resourcemanager.registry.state;

import io.baton.resourcemanager.registry.record.Conflict;
import io.baton.resourcemanager.registry.record.Done;
import io.baton.resourcemanager.registry.record.Granted;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;

/** The answers to commands. */
final class Results {
    private static final Result DONE =
            Result.newBuilder().setDone(Done.getDefaultInstance()).build();

    private Results() {}

    static Result done() {
        return DONE;
    }

    static Result written(long version) {
        return Result.newBuilder()
                .setDone(Done.newBuilder().setVersion(version))
                .build();
    }

    static Result granted(long epoch, long allocatorEpoch) {
        return Result.newBuilder()
                .setGranted(Granted.newBuilder().setEpoch(epoch).setAllocatorEpoch(allocatorEpoch))
                .build();
    }

    static Result conflict(long version) {
        return Result.newBuilder()
                .setConflict(Conflict.newBuilder().setVersion(version))
                .build();
    }

    static Result refused(Refused.Code code, String message) {
        return Result.newBuilder()
                .setRefused(Refused.newBuilder().setCode(code).setMessage(message))
                .build();
    }

    static Result full(String what, int limit) {
        return refused(Refused.Code.FULL, RegistryLimits.full(what, limit));
    }

    static Result limited(String message, long retryAfterMillis) {
        return Result.newBuilder()
                .setRefused(Refused.newBuilder()
                        .setCode(Refused.Code.LIMITED)
                        .setMessage(message)
                        .setRetryAfterMillis(retryAfterMillis))
                .build();
    }

    /** Whether the command changed anything, or found that nothing was left to do. */
    static boolean isTaken(Result result) {
        return result.hasDone() || result.hasGranted();
    }
}

package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.ExecutorKey;
import io.baton.link.ExecutorEnded;
import io.baton.link.ExecutorMessage;
import io.baton.link.ToMaster;
import java.util.Optional;

/** Writes what a master is told of executors. */
final class ExecutorFrames {
    private static final int EXIT_SHIFT = 8;

    /** The status of what SIGKILL has ended. */
    private static final int KILLED = 9;

    private ExecutorFrames() {}

    static ToMaster message(ExecutorKey key, ByteString data) {
        return ToMaster.newBuilder()
                .setExecutorMessage(ExecutorMessage.newBuilder()
                        .setFrameworkId(key.framework().toProto())
                        .setExecutorId(key.id())
                        .setData(data))
                .build();
    }

    static ToMaster ended(ExecutorKey key, Optional<Integer> status) {
        var ended = ExecutorEnded.newBuilder()
                .setFrameworkId(key.framework().toProto())
                .setExecutorId(key.id());
        status.ifPresent(ended::setStatus);
        return ToMaster.newBuilder().setExecutorEnded(ended).build();
    }

    /** As wait(2) has it: that of SIGKILL if the kernel killed it for want of memory; empty if nobody knows. */
    static Optional<Integer> status(Verdict verdict) {
        if (verdict instanceof Verdict.Exited exited) {
            return Optional.of(exited.status() << EXIT_SHIFT);
        }
        if (verdict instanceof Verdict.Signaled signaled) {
            return Optional.of(signaled.number());
        }
        return verdict instanceof Verdict.OutOfMemory ? Optional.of(KILLED) : Optional.empty();
    }
}

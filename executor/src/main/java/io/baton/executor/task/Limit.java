package io.baton.executor.task;

import io.baton.executor.process.Verdict;
import io.baton.v1.Resource;
import io.baton.v1.TaskStatus.Reason;
import io.baton.v1.TaskStatus.Source;
import io.baton.v1.Value;
import java.util.List;

/**
 * What a task has exceeded, and so is ended before its time.
 *
 * @param limited what schedulers are shown of it, as Mesos does: the memory that was used, the disk that there was; may
 *     be empty
 */
public record Limit(Reason reason, String message, List<Resource> limited) {
    private static final double BYTES_PER_MB = 1 << 20;

    public Limit {
        limited = List.copyOf(limited);
    }

    /** More memory than it may have. */
    public static Limit of(Verdict.OutOfMemory memory) {
        List<Resource> used =
                memory.usedBytes() == 0 ? List.of() : List.of(scalar("mem", memory.usedBytes() / BYTES_PER_MB));
        return new Limit(Reason.REASON_CONTAINER_LIMITATION_MEMORY, memory.message(), used);
    }

    /** A sandbox holds more than it may. */
    public static Limit ofDisk(long megabytes, long quota) {
        return disk(megabytes, quota, scalar("disk", quota));
    }

    /** A volume holds more than its size. */
    public static Limit ofVolume(long megabytes, Resource volume) {
        return disk(megabytes, (long) volume.getScalar().getValue(), volume);
    }

    private static Limit disk(long megabytes, long quota, Resource limited) {
        // In Mesos's words.
        var message = "Disk usage (" + megabytes + "MB) exceeds quota (" + quota + "MB)";
        return new Limit(Reason.REASON_CONTAINER_LIMITATION_DISK, message, List.of(limited));
    }

    private static Resource scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .setRole("*")
                .build();
    }

    Source source() {
        return reason == Reason.REASON_MAX_COMPLETION_TIME_REACHED ? Source.SOURCE_EXECUTOR : Source.SOURCE_AGENT;
    }
}

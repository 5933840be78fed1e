package io.baton.executor.checkpoint;

import io.baton.executor.record.Accepted;
import io.baton.executor.record.ExecutorAccepted;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.DiscoveryInfo;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Labels;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.util.List;

/**
 * About how much of the heap it takes to keep what tasks and executors are: their bytes, and the objects that short texts
 * become, which are many times as large. Pure.
 */
public final class HeldBytes {
    /** A message with a name and a value, beside their letters. */
    private static final long PIECE_BYTES = 160;

    private static final int PIECES_PER_RESOURCE = 4;

    private HeldBytes() {}

    /** What a task takes, as it was launched. */
    public static long of(TaskInfo task) {
        long pieces = pieces(task.getCommand())
                + pieces(task.getContainer())
                + pieces(task.getLabels())
                + pieces(task.getDiscovery())
                + pieces(task.getResourcesList())
                + pieces(task.getHealthCheck().getCommand())
                + pieces(task.getCheck().getCommand().getCommand())
                + pieces(task.getExecutor());
        return task.getSerializedSize() + PIECE_BYTES * (1 + pieces);
    }

    /** The same of an executor. */
    public static long of(ExecutorInfo executor) {
        return executor.getSerializedSize() + PIECE_BYTES * (1 + pieces(executor));
    }

    /** The same of an update. */
    public static long of(TaskStatus status) {
        return status.getSerializedSize() + PIECE_BYTES * (1 + pieces(status.getLabels()));
    }

    /** Frameworks are kept once for all of their tasks. */
    static long of(Accepted accepted) {
        long besides = accepted.getSerializedSize()
                - accepted.getFramework().getSerializedSize()
                - accepted.getTask().getSerializedSize();
        return of(accepted.getTask()) + besides;
    }

    static long of(ExecutorAccepted accepted) {
        return of(accepted.getExecutor());
    }

    private static long pieces(ExecutorInfo executor) {
        return pieces(executor.getCommand())
                + pieces(executor.getContainer())
                + pieces(executor.getLabels())
                + pieces(executor.getDiscovery())
                + pieces(executor.getResourcesList());
    }

    private static long pieces(CommandInfo command) {
        return (long) command.getArgumentsCount()
                + command.getUrisCount()
                + command.getEnvironment().getVariablesCount();
    }

    private static long pieces(ContainerInfo container) {
        return (long) container.getVolumesCount() + container.getDocker().getParametersCount();
    }

    private static long pieces(DiscoveryInfo discovery) {
        return pieces(discovery.getLabels()) + discovery.getPorts().getPortsCount();
    }

    private static long pieces(List<Resource> resources) {
        long labels = resources.stream()
                .flatMap(resource -> resource.getReservationsList().stream())
                .mapToLong(reservation -> pieces(reservation.getLabels()))
                .sum();
        return labels + (long) PIECES_PER_RESOURCE * resources.size();
    }

    private static long pieces(Labels labels) {
        return labels.getLabelsCount();
    }
}

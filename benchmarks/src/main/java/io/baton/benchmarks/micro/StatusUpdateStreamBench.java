package io.baton.benchmarks.micro;

import io.baton.executor.update.StatusUpdateStream;
import io.baton.executor.update.StatusUpdateStream.Effect;
import io.baton.v1.TaskStatus;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The updates of one task: running, then finished, each acknowledged. */
@State(Scope.Thread)
public class StatusUpdateStreamBench {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TaskStatus running = Samples.status("t", io.baton.v1.TaskState.TASK_RUNNING);
    private final TaskStatus finished = Samples.status("t", io.baton.v1.TaskState.TASK_FINISHED);

    @Benchmark
    public List<Effect> wholeLife() {
        var stream = new StatusUpdateStream(List.of());
        stream.connected(NOW);
        stream.append(running, NOW);
        stream.append(finished, NOW);
        stream.acknowledge(running.getUuid(), NOW);
        return stream.acknowledge(finished.getUuid(), NOW);
    }
}

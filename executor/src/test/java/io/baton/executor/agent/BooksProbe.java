package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;

import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Books of a host with 2 cpus, and all that they wrote down. */
final class BooksProbe {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final long MAX_HELD_BYTES = 64 << 20;
    static final ProcessIdentity PROCESS = new ProcessIdentity(7, 70, 6, 60);

    final List<Record> journal = new ArrayList<>();
    private long uuids;
    TaskBooks books = over(new AgentState());

    private TaskBooks over(AgentState state) {
        var facts = new AgentFacts(
                Path.of("/work"),
                Resources.scalars(Map.of("cpus", 2.0, "mem", 1000.0, "disk", 1000.0)),
                "boot-1",
                "10.0.0.1",
                10,
                10,
                false,
                10,
                Duration.ofHours(24),
                MAX_HELD_BYTES);
        var out = new TaskBooks(facts, state, () -> new UUID(0, ++uuids));
        out.executors().connected();
        return out;
    }

    /** A master has given the agent an id. */
    void named(String id) {
        var identity = Identity.newBuilder().setEpoch(1).setStarts(1);
        identity.getAgentIdBuilder().setValue(id);
        books.state().apply(Record.newBuilder().setIdentity(identity).build());
    }

    /** What another agent on the same journal knows. */
    void restart() {
        var state = new AgentState();
        journal.forEach(state::apply);
        books = over(state);
    }

    static ExecutorInfo executor(String id, ExecutorInfo.Type type) {
        var info = ExecutorInfo.newBuilder()
                .setType(type)
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .setFrameworkId(FRAMEWORK.getId())
                .addResources(Samples.scalar("cpus", 0.5))
                .addResources(Samples.scalar("mem", 32))
                .addResources(Samples.scalar("disk", 10));
        if (type == ExecutorInfo.Type.CUSTOM) {
            info.setCommand(CommandInfo.newBuilder().setValue("exec ./executor"));
        }
        return info.build();
    }

    static ExecutorKey key(String executor) {
        return ExecutorKey.of(
                FRAMEWORK.getId(), ExecutorID.newBuilder().setValue(executor).build());
    }

    static TaskKey task(String id) {
        return TaskKey.of(FRAMEWORK.getId(), Samples.taskId(id));
    }

    String launch(ExecutorInfo executor, boolean group, boolean launches, TaskInfo.Builder... tasks) {
        return launch(Optional.empty(), executor, group, launches, tasks);
    }

    String launch(
            Optional<String> launch,
            ExecutorInfo executor,
            boolean group,
            boolean launches,
            TaskInfo.Builder... tasks) {
        var with = new ArrayList<TaskInfo>();
        for (var task : tasks) {
            with.add(task.setExecutor(executor).build());
        }
        return take(books.run(new LaunchOrder(FRAMEWORK, with, group, launches, launch), true, NOW));
    }

    String container(String task) {
        return books.state().task(task(task)).orElseThrow().container();
    }

    String executorsContainer(String executor) {
        return books.state().executors().find(key(executor)).orElseThrow().container();
    }

    void runs(String container) {
        take(books.prepared(container, NOW));
        take(books.started(container, Optional.of(PROCESS), NOW));
    }

    TaskStatus latest(String task) {
        return books.state().task(task(task)).orElseThrow().latest().orElseThrow();
    }

    static FrameworkInfo framework() {
        return FRAMEWORK;
    }

    String take(List<Effect> effects) {
        var shown = new ArrayList<String>();
        for (var effect : effects) {
            if (effect instanceof Effect.Checkpoint checkpoint) {
                journal.add(checkpoint.record());
                shown.add(text(checkpoint.record()));
            } else if (effect instanceof Effect.Kill kill) {
                shown.add(kill.signal().name());
            } else if (effect instanceof Effect.Resize resize) {
                var mem = Resources.fromProto(resize.resources()).millis("mem") / 1000;
                shown.add("may use " + mem + " MB");
            } else if (effect instanceof Effect.Tell tell) {
                shown.add(tell.stream() + " " + tell.event().getType());
            } else if (effect instanceof Effect.CloseStream close) {
                shown.add(close.stream() + " closed");
            } else if (effect instanceof Effect.ToMaster frame) {
                shown.add(text(frame));
            } else {
                shown.add(effect.getClass().getSimpleName());
            }
        }
        return String.join(", ", shown);
    }

    private static String text(Record record) {
        return record.hasUpdated()
                ? record.getUpdated().getStatus().getTaskId().getValue() + " "
                        + record.getUpdated().getStatus().getState().name().replace("TASK_", "")
                : record.getRecordCase().name().toLowerCase(Locale.ROOT);
    }

    private static String text(Effect.ToMaster frame) {
        var ended = frame.frame().getExecutorEnded();
        return frame.frame().hasExecutorEnded()
                ? "ended " + (ended.hasStatus() ? ended.getStatus() : "unknown")
                : "said " + frame.frame().getExecutorMessage().getData().toStringUtf8();
    }
}

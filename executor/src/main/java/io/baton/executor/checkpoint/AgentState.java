package io.baton.executor.checkpoint;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.record.Accepted;
import io.baton.executor.record.Acknowledged;
import io.baton.executor.record.Completed;
import io.baton.executor.record.Configured;
import io.baton.executor.record.Drain;
import io.baton.executor.record.Identity;
import io.baton.executor.record.Record;
import io.baton.executor.record.Started;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import io.baton.v1.DrainConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the records of a journal add up to. Pure: the same records give the same state.
 *
 * <p>A record about a task that is not known changes nothing: compaction may have dropped what it spoke of.
 */
public final class AgentState {
    /**
     * Of the journal and the files beside it. To be raised with each change that an older agent must not pass over; older
     * layouts are read.
     */
    public static final int LAYOUT = 1;

    /** Most remembered tasks that are at hand as the latest. */
    public static final int LATEST = 1_000;

    private Optional<AgentId> agentId = Optional.empty();
    private Optional<Configured> configured = Optional.empty();
    private long lastStart;
    private long epoch;
    private String clusterId = "";
    private final HostState host = new HostState();
    private Drain drain = Drain.newBuilder().setSince(0).build();
    private final Map<TaskKey, TaskEntry> tasks = new LinkedHashMap<>();
    private final ToldFrameworks told = new ToldFrameworks();
    private final TaskBytes bytes = new TaskBytes();
    private final Executors executors = new Executors();
    private final CompletedTasks completed = new CompletedTasks();
    private final SharedFrameworks frameworks = new SharedFrameworks();

    /** Takes in the next record. */
    public void apply(Record record) {
        switch (record.getRecordCase()) {
            case IDENTITY -> identity(record.getIdentity());
            case ACCEPTED -> accepted(record.getAccepted());
            case STARTED -> started(record.getStarted());
            case UPDATED -> {
                var updated = record.getUpdated();
                var key =
                        TaskKey.of(updated.getFrameworkId(), updated.getStatus().getTaskId());
                with(key, entry -> entry.updated(updated.getStatus()));
            }
            case ACKNOWLEDGED -> acknowledged(record.getAcknowledged());
            case KILL_ASKED -> {
                var asked = record.getKillAsked();
                var key = TaskKey.of(asked.getFrameworkId(), asked.getTaskId());
                with(key, entry -> entry.killAsked(asked));
            }
            case FORGOTTEN -> {
                var forgotten = record.getForgotten();
                var key = TaskKey.of(forgotten.getFrameworkId(), forgotten.getTaskId());
                remove(key);
                completed.remove(key);
            }
            case FRAMEWORK_REMOVED -> {
                var framework =
                        FrameworkId.fromProto(record.getFrameworkRemoved().getFrameworkId());
                tasks.values().stream()
                        .filter(entry -> entry.key().framework().equals(framework))
                        .forEach(entry -> bytes.change(entry, TaskEntry::abandon));
                executors.abandon(framework);
                host.removed(framework);
            }
            case COMPLETED -> {
                var done = record.getCompleted();
                var task = new CompletedTask(
                        frameworks.of(done.getFramework()),
                        done.getTask(),
                        done.getContainerId(),
                        Path.of(done.getSandbox()),
                        Instant.ofEpochMilli(done.getCompletedAt()),
                        done.hasLaunch() ? Optional.of(done.getLaunch()) : Optional.empty());
                completed.add(task);
            }
            case EXECUTOR_ACCEPTED -> {
                var accepted = record.getExecutorAccepted();
                executors.accepted(accepted.toBuilder()
                        .setFramework(frameworks.of(accepted.getFramework()))
                        .build());
            }
            case EXECUTOR_OVER -> {
                var over = record.getExecutorOver();
                executors.over(ExecutorKey.of(over.getFrameworkId(), over.getExecutorId()));
            }
            case OPERATED -> host.operated(record.getOperated());
            case OPERATION_ACKNOWLEDGED ->
                host.acknowledged(record.getOperationAcknowledged().getKey());
            case DRAIN -> drain = record.getDrain();
            case CONFIGURED -> configured = Optional.of(record.getConfigured());
            case RESERVED -> host.restored(record.getReserved());
            case RECORD_NOT_SET ->
                throw new IllegalArgumentException(
                        "it holds a kind of record that this version does not know: a newer one wrote it");
        }
    }

    private void identity(Identity identity) {
        if (identity.getLayout() > LAYOUT) {
            throw new IllegalArgumentException("a newer version wrote it, in layout " + identity.getLayout()
                    + " of the agent's files, and this one knows them up to " + LAYOUT);
        }
        if (identity.hasAgentId()) {
            agentId = Optional.of(AgentId.fromProto(identity.getAgentId()));
        }
        lastStart = identity.hasStarts() ? identity.getStarts() : lastStart;
        boolean other = !identity.getClusterId().equals(clusterId);
        epoch = other ? identity.getEpoch() : Math.max(epoch, identity.getEpoch());
        clusterId = identity.getClusterId();
    }

    private void accepted(Accepted accepted) {
        var entry = new TaskEntry(accepted.toBuilder()
                .setFramework(frameworks.of(accepted.getFramework()))
                .build());
        completed.remove(entry.key());
        uncount(tasks.put(entry.key(), entry));
        told.add(entry);
        bytes.add(entry);
    }

    private void remove(TaskKey key) {
        uncount(tasks.remove(key));
    }

    private void uncount(TaskEntry gone) {
        if (gone != null) {
            told.remove(gone);
            bytes.remove(gone);
        }
    }

    private void started(Started started) {
        var identity = new ProcessIdentity(
                started.getPid(), started.getStartTime(), started.getSupervisorPid(), started.getSupervisorStartTime());
        with(
                TaskKey.of(started.getFrameworkId(), started.getTaskId()),
                entry -> entry.started(identity, Instant.ofEpochMilli(started.getStartedAt())));
    }

    private void acknowledged(Acknowledged acknowledged) {
        var key = TaskKey.of(acknowledged.getFrameworkId(), acknowledged.getTaskId());
        var over = new ArrayList<TaskEntry>(1);
        with(key, entry -> {
            if (entry.acknowledged(acknowledged.getUuid())) {
                over.add(entry);
            }
        });
        for (var entry : over) {
            remove(key);
            completed.add(new CompletedTask(
                    entry.framework(),
                    entry.forDisplay(),
                    entry.container(),
                    entry.sandbox(),
                    Instant.ofEpochMilli(acknowledged.getAcknowledgedAt()),
                    entry.launch()));
        }
    }

    private void with(TaskKey key, Consumer<TaskEntry> change) {
        var entry = tasks.get(key);
        if (entry == null) {
            executors.process(key).ifPresent(change);
        } else {
            bytes.change(entry, change);
        }
    }

    /** As what the agent started last; none in what older agents wrote. */
    public Optional<Configured> configured() {
        return configured;
    }

    /** The number of the agent's last start on this directory, 0 before the first. */
    public long lastStart() {
        return lastStart;
    }

    /** None before the first start. */
    public Optional<AgentId> agentId() {
        return agentId;
    }

    /** The highest epoch obeyed; 0 before the first registration. */
    public long epoch() {
        return epoch;
    }

    /** The cluster that is obeyed; empty before the first registration. */
    public String clusterId() {
        return clusterId;
    }

    /** How the agent is to be emptied; absent if it is not to be. */
    public Optional<DrainConfig> drain() {
        return drain.hasConfig() ? Optional.of(drain.getConfig()) : Optional.empty();
    }

    /** Since when it is to be empty, or not to be. */
    public Instant drainSince() {
        return Instant.ofEpochMilli(drain.getSince());
    }

    /** What operations have made of the host's resources. */
    public HostState host() {
        return host;
    }

    public Optional<TaskEntry> task(TaskKey key) {
        return Optional.ofNullable(tasks.get(key));
    }

    public Optional<CompletedTask> completed(TaskKey key) {
        return completed.find(key);
    }

    /** Tasks whose last update has not been acknowledged, in the order they came. */
    public Collection<TaskEntry> tasks() {
        return Collections.unmodifiableCollection(tasks.values());
    }

    /** What it takes to describe these tasks, without updates, the executors and the frameworks of both. */
    public long describedBytes() {
        return bytes.described() + executors.describedBytes() + told.bytes(executors.all());
    }

    /** About what tasks and executors take of the heap, with the updates that wait. */
    public long heldBytes() {
        return bytes.held() + executors.heldBytes();
    }

    /** Whether this framework has a task or an executor, and so is told of. */
    public boolean tellsOf(FrameworkId framework) {
        return told.has(framework)
                || executors.all().stream()
                        .anyMatch(entry -> entry.key().framework().equals(framework));
    }

    /** The executors that are not over, and those that were. */
    public Executors executors() {
        return executors;
    }

    /** Everything that has a process of its own, in the order it came: executors, then tasks. */
    public List<TaskEntry> withProcess() {
        var out = new ArrayList<TaskEntry>();
        executors.all().forEach(executor -> executor.process().ifPresent(out::add));
        tasks.values().stream().filter(TaskEntry::hasProcess).forEach(out::add);
        return out;
    }

    /** Remembered tasks, the longest done first. */
    public Collection<CompletedTask> completed() {
        return completed.all();
    }

    /** The last {@value #LATEST} of them, the longest done first. */
    public List<CompletedTask> latestCompleted() {
        return completed.latest();
    }

    /** The shortest records that add up to this state. */
    public List<Record> records() {
        return records(task -> true);
    }

    /** The same without tasks that are not to be written down. */
    public List<Record> records(Predicate<TaskKey> written) {
        var out = new ArrayList<Record>();
        var identity =
                Identity.newBuilder().setEpoch(epoch).setStarts(lastStart).setLayout(LAYOUT);
        if (!clusterId.isEmpty()) {
            identity.setClusterId(clusterId);
        }
        agentId.ifPresent(id -> identity.setAgentId(id.toProto()));
        out.add(Record.newBuilder().setIdentity(identity).build());
        configured.ifPresent(c -> out.add(Record.newBuilder().setConfigured(c).build()));
        if (drain.hasConfig()) {
            out.add(Record.newBuilder().setDrain(drain).build());
        }
        out.addAll(host.records());
        completed.all().forEach(done -> write(done, out));
        executors.write(out);
        tasks.values().stream().filter(entry -> written.test(entry.key())).forEach(entry -> write(entry, out));
        return out;
    }

    private static void write(CompletedTask done, List<Record> out) {
        var completed = Completed.newBuilder()
                .setFramework(done.framework())
                .setTask(done.task())
                .setContainerId(done.container())
                .setSandbox(done.sandbox().toString())
                .setCompletedAt(done.at().toEpochMilli());
        done.launch().ifPresent(completed::setLaunch);
        out.add(Record.newBuilder().setCompleted(completed).build());
    }

    private static void write(TaskEntry entry, List<Record> out) {
        out.add(Record.newBuilder().setAccepted(entry.forJournal()).build());
        writeProcess(entry, out);
        for (var status : entry.delivered()) {
            out.add(Records.updated(entry, status));
            out.add(Records.acknowledged(entry, status.getUuid(), Instant.EPOCH));
        }
        entry.pending().forEach(status -> out.add(Records.updated(entry, status)));
        if (entry.isAbandoned()) {
            out.add(Records.frameworkRemoved(entry.key().framework()));
        }
    }

    static void writeProcess(TaskEntry entry, List<Record> out) {
        entry.process()
                .ifPresent(process -> out.add(
                        Records.started(entry, process, entry.startedAt().orElse(entry.acceptedAt()))));
        entry.forceKillAt().ifPresent(at -> out.add(Records.killAsked(entry, at, entry.killGrace())));
    }
}

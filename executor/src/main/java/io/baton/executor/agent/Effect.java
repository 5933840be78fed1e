package io.baton.executor.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Verdict;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskPlan;
import io.baton.link.OperationUpdate;
import io.baton.link.Update;
import io.baton.v1.ContainerID;
import io.baton.v1.Resource;
import io.baton.v1.executor.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the agent's shell does after an input to {@link TaskBooks} or {@link HostResources}, in this order. */
public sealed interface Effect {
    /** Write it down; whatever follows waits until it is on the disk. */
    record Checkpoint(Record record) implements Effect {}

    /** Make the sandbox, fetch files and make the launch script; answered by prepared or ended. */
    record Prepare(TaskEntry entry, TaskPlan plan) implements Effect {}

    /** Stop fetching files for a launch; ended comes soon. */
    record CancelFetch(String container) implements Effect {}

    /** Start what was prepared; answered by started and ended. */
    record Launch(String container) implements Effect {}

    /** Signal a process group. */
    record Kill(Signal signal, ProcessIdentity process) implements Effect {}

    /** Kill all processes of a container, wherever they are. */
    record KillGroup(String container) implements Effect {}

    /** Let a container use so much from now on. */
    record Resize(String container, List<Resource> resources) implements Effect {}

    /** Link volumes of tasks in the sandbox of their executor, which runs; answered by linked. */
    record LinkVolumes(TaskEntry executor, List<Resource> volumes) implements Effect {}

    /** Send an update to the master; lost if there is none. */
    record Send(Update update) implements Effect {}

    /** Send any other frame to the master; lost if there is none. */
    record ToMaster(io.baton.link.ToMaster frame) implements Effect {}

    /** Tell an executor; lost if that stream is over. */
    record Tell(String stream, Event event) implements Effect {}

    /** End an executor's stream, once all that it was told has gone out. */
    record CloseStream(String stream) implements Effect {}

    /** About a nested container. */
    sealed interface OfNested extends Effect {}

    /** A nested container runs: tell who started it. */
    record Begun(ContainerID container) implements OfNested {}

    /** A nested container has ended: tell whoever waits for it. */
    record Over(ContainerID container, ContainerProtocol.Ended end) implements OfNested {}

    /** Remove the files of a nested container. */
    record RemoveFiles(Path sandbox) implements OfNested {}

    /** Tell the master how an operation went; lost if there is none. */
    record SendOperation(OperationUpdate update) implements Effect {}

    /**
     * Remove a persistent volume with all that is in it; answered by removed.
     *
     * @param id its role and id, {@code role/id}
     * @param disk that it is on, if it is one of its own
     */
    record RemoveVolume(String id, Optional<Resource.DiskInfo.Source> disk) implements Effect {
        RemoveVolume(String id) {
            this(id, Optional.empty());
        }
    }

    /** Probe a task; answered by probed. */
    record Probe(TaskEntry entry, TaskChecks.Effect.Probe probe) implements Effect {}

    /** Read the end of the task's stderr; answered by lastWords. */
    record ReadLastWords(TaskEntry entry, Verdict verdict) implements Effect {}

    /** Remove the launch's own files; the age of its sandbox counts from now on. */
    record CleanUp(TaskEntry entry) implements Effect {}
}

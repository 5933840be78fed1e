package io.baton.executor.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Verdict;
import io.baton.link.ToAgent;
import io.baton.v1.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/** What the agent is told, from within its own process only. */
public interface AgentCommand {

    /** Frames of a link; {@code heard} is completed when the next ones are welcome. */
    record Frames(int link, List<ToAgent> frames, CompletableFuture<Done> heard) implements AgentCommand {}

    /** The link is open. */
    record LinkUp(int link) implements AgentCommand {}

    /** The link is gone, or never came about. */
    record LinkLost(int link, String why) implements AgentCommand {}

    /** The link addresses of the masters, as one of them tells. */
    record Masters(List<String> addresses) implements AgentCommand {}

    /** A launch script lies ready. */
    record Prepared(String container) implements AgentCommand {}

    /** A process runs. */
    record Started(String container, Optional<ProcessIdentity> identity) implements AgentCommand {}

    /** A process is over. */
    record Ended(String container, Verdict verdict) implements AgentCommand {}

    /** What a task wrote last. */
    record LastWords(String container, Verdict verdict, String words) implements AgentCommand {}

    /** How much a sandbox holds. */
    record DiskUsed(String container, long megabytes) implements AgentCommand {}

    /** The kernel has killed a part of a container for want of memory. */
    record MemoryExceeded(String container, Verdict.OutOfMemory verdict) implements AgentCommand {}

    /** A volume holds so much, which is more than its size. */
    record VolumeExceeded(String container, long megabytes, Resource volume) implements AgentCommand {}

    /** Volumes of tasks are linked in the sandbox of their executor, or why they are not. */
    record VolumesLinked(String container, Optional<String> failure) implements AgentCommand {}

    /** What came of a probe. */
    record Probed(String container, TaskChecks.Kind kind, int number, Outcome outcome) implements AgentCommand {}

    /** Something of a custom executor, from the edge. */
    record OfExecutor(ExecutorProtocol message) implements AgentCommand {}

    /** Something of a nested container, from the edge. */
    record OfContainer(ContainerProtocol message) implements AgentCommand {}

    /** Answered with a picture of now. */
    record Show(ActorRef<AgentSnapshot> replyTo) implements AgentCommand {}

    /** All appends up to this one are on the disk. */
    record Durable(long number) implements AgentCommand {}

    /** The journal is out of order: nothing can be promised any more. */
    record JournalFailed(String why) implements AgentCommand {}

    /** End all tasks; {@code idle} is completed when none runs any more. */
    record KillAll(Optional<Duration> grace, CompletableFuture<Done> idle) implements AgentCommand {}

    /** Leave the tasks alone and end; completed when nothing more is written. */
    record Stop(CompletableFuture<Done> stopped) implements AgentCommand {}
}

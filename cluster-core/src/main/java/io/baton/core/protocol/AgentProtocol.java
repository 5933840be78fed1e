package io.baton.core.protocol;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.resource.Resources;
import io.baton.link.ExecutorMessage;
import io.baton.link.OperationUpdate;
import io.baton.link.Update;
import io.baton.v1.DrainConfig;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What the master's entity for one agent is told. Sharded by agent id. */
public sealed interface AgentProtocol extends WireMessage {
    /**
     * The agent has opened a link. Answered on the link by Registered or Refused. The newest link wins: an older one
     * is closed. A copy changes nothing.
     *
     * @param ip the numeric address where others reach the agent: schedulers get it in offers
     */
    record Register(AgentId agent, io.baton.link.Register register, String ip, ActorRef<LinkProtocol> link)
            implements AgentProtocol {}

    /** The link is gone. Ignored if another has taken its place. */
    record LinkLost(ActorRef<LinkProtocol> link) implements AgentProtocol {}

    /**
     * The agent obeys an owner with this epoch. If it is higher than the receiver's, the receiver ends, and what comes
     * next claims the agent anew.
     */
    record Stale(long epoch) implements AgentProtocol {}

    /**
     * Be there: the registry knows this agent. An entity that is there already tells the allocator what it is to know, for
     * that may have just begun.
     */
    record Wake() implements AgentProtocol {}

    /**
     * An operator declares that the agent will never come back. Answered 200, 404 if nobody knows it, 503 while masters
     * cannot agree. A copy changes nothing.
     */
    record MarkGone(ActorRef<CallAnswer> replyTo) implements AgentProtocol {}

    /**
     * A status update from the agent; resent by it until acknowledged, so a lost one comes again. Of a link that is not
     * the agent's any more it is ignored: it may have been acknowledged, and followed by others, since.
     */
    record Updated(Update update, ActorRef<LinkProtocol> link) implements AgentProtocol {}

    /** A session asks which tasks of its framework the agent has: it knows others than the agent's owner. */
    record TellTasks(FrameworkId framework) implements AgentProtocol {}

    /** The agent's answer, which its session gets. Of a link that is not the agent's any more it is ignored. */
    record TasksTold(io.baton.link.TasksTold told, ActorRef<LinkProtocol> link) implements AgentProtocol {}

    /**
     * The allocator would give these resources to a framework. Granted by {@link FrameworkProtocol.Offered}, or not at
     * all; either way the next {@link AllocatorProtocol.AgentChanged} carries the number.
     *
     * @param allocator the allocator's epoch; proposals of an older one than the highest seen are ignored
     * @param number ascending per allocator and agent
     * @param owner the epoch of the owner that it was made for, as {@link AllocatorProtocol.AgentChanged} has said it: any
     *     other ignores it, for the allocator does not count on it any more. 0 from a master of an older version, or if no
     *     epoch was said: then every owner may grant it
     */
    record Propose(FrameworkId framework, String role, Resources resources, long allocator, long number, long owner)
            implements AgentProtocol {
        /** Whether the agent's owner with this epoch may grant it. */
        public boolean isFor(long epoch) {
            return owner == 0 || owner == epoch;
        }
    }

    /**
     * Do these operations on these offers; how the ones with ids went comes back as {@link FrameworkProtocol.Operated}.
     * Refused tasks come back as {@link FrameworkProtocol.TasksRefused};
     * those that run answer by status updates, never by a reply. What is left over becomes free.
     *
     * @param operations checked by the sender for everything but whether they fit; in the scheduler's order
     * @param refuse for how long the framework does not want what is left over; zero for no filter
     */
    record Accept(FrameworkInfo framework, List<OfferId> offers, List<Offer.Operation> operations, Duration refuse)
            implements AgentProtocol {}

    /**
     * Give offers back unused. Unknown ones are ignored: a decline may race with an expiry.
     *
     * @param refuse for how long the framework does not want these resources; zero for no filter
     */
    record Decline(FrameworkId framework, List<OfferId> offers, Duration refuse) implements AgentProtocol {}

    /**
     * What of a task that its session does not know, or has launched and heard nothing of? Answered by
     * {@link FrameworkProtocol.Unknown}: only who knows whether the agent is there can say whether the task is gone. A
     * copy is answered again; a lost one is asked again.
     *
     * @param launchedOn the offer on which the session has launched the task; absent if it does not know the task
     */
    record Ask(FrameworkId framework, TaskId task, Optional<OfferId> launchedOn) implements AgentProtocol {}

    /**
     * An operator reserves, unreserves, creates or destroys volumes.
     *
     * @param operation of good form
     * @param replyTo answered 202, 409 if there is not enough that nobody uses, 400 if nobody knows the agent
     */
    record Operate(Offer.Operation operation, ActorRef<CallAnswer> replyTo) implements AgentProtocol {}

    /**
     * An operator wants the agent to be emptied: its tasks are killed, and it gets no new ones. Answered 200 once the
     * registry holds it, 400 if nobody knows the agent, or 503.
     */
    record Drain(DrainConfig config, ActorRef<CallAnswer> replyTo) implements AgentProtocol {}

    /** An operator wants nothing of the agent to be offered; its tasks go on. Answered as {@link Drain}. */
    record Deactivate(ActorRef<CallAnswer> replyTo) implements AgentProtocol {}

    /** The agent may have tasks again. Answered as {@link Drain}, and 400 while it is being emptied. */
    record Reactivate(ActorRef<CallAnswer> replyTo) implements AgentProtocol {}

    /**
     * What a framework says to inverse offers of this agent; those that are over are ignored.
     *
     * @param offers none: the framework may be asked again at once. A master of an older version leaves it at that
     * @param refuse for how long it is not asked again
     */
    record AnswerInverse(FrameworkId framework, List<OfferId> offers, boolean accepted, Duration refuse)
            implements AgentProtocol {}

    /**
     * How an operation went on the agent; sent again by it until acknowledged. Of a link that is not the agent's any more it
     * is ignored: what it tells is in the registration that came since.
     *
     * @param link null from a master of an older version: then it counts
     */
    record Operated(OperationUpdate update, ActorRef<LinkProtocol> link) implements AgentProtocol {}

    /**
     * The scheduler has the update of its operation. Passed on to the agent, which ignores what it does not know.
     *
     * @param uuid of the update; another one is not acknowledged. Absent from a master of an older version: then whichever
     *     is under way is meant
     */
    record AcknowledgeOperation(FrameworkId framework, String operationId, Optional<ByteString> uuid)
            implements AgentProtocol {}

    /**
     * What of an operation that its session does not know? Answered by {@link FrameworkProtocol.Operated}, without a uuid. A
     * copy is answered again; a lost one is asked again by the scheduler, as is one that a master of an older version gets.
     *
     * @param sentOn the offer on which the session has sent the operation: before it is called unknown the lease ends. Absent
     *     if the session does not know the operation, and from a master of an older version
     */
    record AskOperation(FrameworkId framework, String operationId, Optional<OfferId> sentOn) implements AgentProtocol {}

    /** End a task. Unknown tasks are ignored: the sender has answered for them. */
    record Kill(FrameworkId framework, TaskId task, Optional<KillPolicy> killPolicy) implements AgentProtocol {}

    /** The scheduler has this update. Passed on to the agent, which ignores what it does not know. */
    record Acknowledge(FrameworkId framework, TaskId task, ByteString uuid) implements AgentProtocol {}

    /**
     * End the offers to this role and those below it, to all roles if it is empty: what was offered may not be had any
     * more. Not answered; whoever takes such an offer meanwhile is told that it is over.
     *
     * @param allocator the allocator's epoch, as in {@link Propose}
     */
    record Recall(String role, long allocator) implements AgentProtocol {}

    /**
     * A framework is to give back what another role may claim: its offers of that role end, and it gets an inverse offer.
     * Not answered: what becomes free shows in {@link AllocatorProtocol.AgentChanged}. A lost one costs the framework its
     * notice; a copy changes nothing.
     *
     * @param wanted scalars that are neither reserved nor revocable
     * @param claimant the role that claims it
     * @param within how long the framework has
     * @param allocator the allocator's epoch, as in {@link Propose}
     */
    record Reclaim(
            FrameworkId framework, String role, Resources wanted, String claimant, Duration within, long allocator)
            implements AgentProtocol {}

    /**
     * The time to give it back is over: end tasks of that framework and role, the newest first, until this much is free.
     * Answered by {@link AllocatorProtocol.Preempted}; if either is lost, the allocator claims anew.
     *
     * @param most no more tasks than this
     */
    record Preempt(FrameworkId framework, String role, Resources wanted, String claimant, int most, long allocator)
            implements AgentProtocol {}

    /** End an executor of the framework, and all its tasks. Passed on to the agent, which ignores what it does not know. */
    record ShutdownExecutor(FrameworkId framework, ExecutorID executor) implements AgentProtocol {}

    /** Something of the framework for its executor. Best effort: lost if the agent or the executor does not listen. */
    record TellExecutor(FrameworkId framework, ExecutorID executor, ByteString data) implements AgentProtocol {}

    /**
     * From the agent: an executor is over. A lost one shows in the agent's next registration. Of a link that is not the
     * agent's any more it is ignored: an executor with its id may have been started since.
     *
     * @param link null from a master of an older version: then it counts
     */
    record ExecutorEnded(io.baton.link.ExecutorEnded ended, ActorRef<LinkProtocol> link) implements AgentProtocol {}

    /** From the agent: something of an executor for its framework. Best effort. */
    record ExecutorSaid(ExecutorMessage said) implements AgentProtocol {}

    /** The framework is gone for good: kill its tasks, take back its offers. */
    record RemoveFramework(FrameworkId framework) implements AgentProtocol {}

    /** Told by an entity to itself (timers, adapted replies). Never leaves its JVM. */
    non-sealed interface Internal extends AgentProtocol {}
}

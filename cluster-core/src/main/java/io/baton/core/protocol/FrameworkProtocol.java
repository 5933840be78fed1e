package io.baton.core.protocol;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.link.ExecutorMessage;
import io.baton.link.Update;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.OperationStatus;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What the master's entity for one framework is told. Sharded by framework id. */
public sealed interface FrameworkProtocol extends WireMessage {
    /**
     * A scheduler subscribes. Answered on the stream: SUBSCRIBED, or ERROR and the end. A live stream of the same
     * framework is told "Framework failed over" and ended: the newest wins.
     *
     * @param id given by the edge if the scheduler named none; then {@code info} carries it too
     * @param chosen the scheduler named the id itself
     * @param streamId the text of the Mesos-Stream-Id header
     * @param info as sent, with the id (and the principal, where one was authenticated) filled in
     */
    record Subscribe(
            FrameworkId id,
            boolean chosen,
            FrameworkInfo info,
            List<String> suppressedRoles,
            Optional<OfferConstraints> constraints,
            String streamId,
            ActorRef<StreamProtocol> stream)
            implements FrameworkProtocol {}

    /**
     * The scheduler's stream has ended. Ignored unless it is the live one.
     *
     * @param byMaster a master has ended it, which stops or has lost the session: the scheduler did not leave. False from a
     *     master of an older version, which does not tell
     */
    record Disconnected(String streamId, boolean byMaster) implements FrameworkProtocol {}

    /**
     * The scheduler's stream has written the updates that came to it. Ignored unless it is the live one.
     *
     * @param updates how many more it takes at once
     * @param upTo the same as a number of all updates since it began; 0 from a master of a version before, which does not
     *     tell what is still under way to it
     */
    record HasRoom(String streamId, int updates, long upTo) implements FrameworkProtocol {}

    /**
     * Any other call, checked by the edge for form (type, sub-message, ids, uuid length).
     *
     * @param streamId as sent; empty if the request had no such header
     * @param principal who was authenticated; empty where nobody has to be
     * @param replyTo always answered, once
     */
    record Invoke(Call call, String streamId, Optional<String> principal, ActorRef<CallAnswer> replyTo)
            implements FrameworkProtocol {}

    /**
     * A ledger has granted resources: a lease that ends by itself. A copy is ignored.
     *
     * @param registration the agent's number of the registration that the ledger goes by; 0 from an older version
     */
    record Offered(Offer offer, long registration) implements FrameworkProtocol {}

    /**
     * These are the leases that a ledger holds for the framework. Those that the session does not know are given back:
     * their offers were made to another session, or were lost on the way.
     */
    record Leased(AgentId agent, List<OfferId> offers) implements FrameworkProtocol {}

    /** A ledger asks the framework to leave its agent. Said again each second, until it is answered or withdrawn. */
    record InverseOffered(List<InverseOffer> offers) implements FrameworkProtocol {}

    /** Inverse offers are over: the agent's machine is not to be away then, or nobody answered. */
    record InverseRescinded(List<OfferId> offers) implements FrameworkProtocol {}

    /** Leases have ended (agent lost, time over). Unknown ones are ignored. */
    record Rescinded(List<OfferId> offers) implements FrameworkProtocol {}

    /**
     * Tasks that will not run: each becomes a terminal update made by the master.
     *
     * @param status the state, reason and message that all of them get; task ids are filled in
     */
    record TasksRefused(AgentId agent, List<TaskInfo> tasks, TaskStatus status) implements FrameworkProtocol {}

    /**
     * A status update of the agent; a copy is delivered again until the scheduler acknowledges it.
     *
     * @param epoch of the agent's owner that passes it on; 0 from a master of an older version
     * @param registration as in {@link Offered}
     */
    record Updated(Update update, long epoch, long registration) implements FrameworkProtocol {}

    /**
     * An agent has registered (again): all it knows of this framework's tasks. Tasks of the session that are not in the
     * list are lost, if it has not heard of this registration or a later one yet: else the list may be older than they.
     *
     * @param term of the registration
     * @param registration as in {@link Offered}
     * @param info the framework as the agent knows it; absent if the agent has no task of it
     */
    record TasksAdopted(AgentId agent, Term term, long registration, Optional<FrameworkInfo> info, List<Task> tasks)
            implements FrameworkProtocol {}

    /**
     * The framework's tasks on this agent, in short: repeated every few seconds. A session that began after the agent
     * had registered knows others, and asks by {@link AgentProtocol.TellTasks}.
     *
     * @param sum of {@link io.baton.core.task.TaskSum} over those that have not ended
     * @param ended the same over those that have, and whose ends are not acknowledged; 0 if there are none, or from a
     *     master of an older version, which does not say
     */
    record TasksThere(AgentId agent, long sum, long ended) implements FrameworkProtocol {}

    /**
     * The answer to {@link AgentProtocol.TellTasks}: tasks that have not ended. Those that the session knows are left alone.
     * Of those that have, the updates that wait for an acknowledgement come again within some seconds.
     *
     * @param epoch of the agent's owner that passes it on
     * @param registration as in {@link Offered}
     * @param info the framework as the agent knows it; absent if the agent has no task of it
     */
    record TasksTold(AgentId agent, long epoch, long registration, Optional<FrameworkInfo> info, List<Task> tasks)
            implements FrameworkProtocol {
        /** What the agent has said. */
        public static TasksTold of(AgentId agent, long epoch, long registration, io.baton.link.TasksTold told) {
            return new TasksTold(
                    agent,
                    epoch,
                    registration,
                    told.hasFramework() ? Optional.of(told.getFramework()) : Optional.empty(),
                    told.getTasksList());
        }
    }

    /**
     * The answer to {@link AgentProtocol.Ask}: the ledger does not know the task either.
     *
     * @param launchedOn as asked: an answer to an older question says nothing of a task that was launched since
     * @param state TASK_GONE if the agent is there, TASK_UNREACHABLE if it is not now, TASK_UNKNOWN if it never
     *     was, TASK_GONE_BY_OPERATOR if it will not come back
     */
    record Unknown(AgentId agent, TaskId task, Optional<OfferId> launchedOn, TaskState state)
            implements FrameworkProtocol {}

    /** An executor of the framework is over, however it ended: told to a scheduler that is there. */
    record ExecutorEnded(AgentId agent, io.baton.link.ExecutorEnded ended) implements FrameworkProtocol {}

    /** An executor has something for its scheduler. Best effort: lost if that is not there. */
    record ExecutorSaid(AgentId agent, ExecutorMessage said) implements FrameworkProtocol {}

    /**
     * How an operation of the framework went. With a uuid it comes again until it is acknowledged.
     *
     * @param status with the id that the scheduler gave the operation
     */
    record Operated(AgentId agent, OperationStatus status) implements FrameworkProtocol {}

    /**
     * The agent is gone or cannot be reached; offers of it are void. Said to all frameworks.
     *
     * @param state TASK_UNREACHABLE, or TASK_GONE_BY_OPERATOR: its tasks are over
     * @param epoch as in {@link Updated}
     * @param tasks those of the framework that had not ended there, as far as its owner knows: a session that has just begun
     *     may not know them, and the agent cannot tell it any more
     * @param again whether it may have been told before: the scheduler hears of it only if it changes one of its tasks;
     *     false if the speaker is of a version that does not say it
     * @param removed with TASK_GONE_BY_OPERATOR: why the agent was removed though it may come back, in words; then its
     *     tasks are TASK_LOST for everybody
     */
    record AgentLost(
            AgentId agent, TaskState state, long epoch, List<TaskId> tasks, boolean again, Optional<String> removed)
            implements FrameworkProtocol {
        public AgentLost {
            // Masters of an older version do not say.
            tasks = tasks == null ? List.of() : List.copyOf(tasks);
            removed = removed == null ? Optional.empty() : removed;
        }
    }

    /**
     * An operator ends a task, whoever launched it; its scheduler hears of it by the task's updates. Answered 202, or
     * 404 if the framework has no such task alive.
     */
    record KillTask(TaskId task, ActorRef<CallAnswer> replyTo) implements FrameworkProtocol {}

    /**
     * Be there: the registry knows this framework. An entity that is there already tells the allocator what it is to know,
     * for that may have just begun.
     */
    record Wake() implements FrameworkProtocol {}

    /** An operator ends the framework. Answered 200, 400 if there is none, 503 while masters cannot agree. */
    record Teardown(ActorRef<CallAnswer> replyTo) implements FrameworkProtocol {}

    /** Told by an entity to itself (timers, adapted replies). Never leaves its JVM. */
    non-sealed interface Internal extends FrameworkProtocol {}
}

package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.link.ToAgent;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Offer;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.master.Response;
import java.util.List;
import java.util.Optional;

/** What the shell of an {@link AgentLedger} does after a step, in the order given. */
public sealed interface LedgerEffect {
    /** Send a frame to the agent. Only while it is connected. */
    record ToLink(ToAgent frame) implements LedgerEffect {}

    /** Tell the framework of its new lease. */
    record Granted(FrameworkId framework, Offer offer, long registration) implements LedgerEffect {}

    /** Tell the framework that leases have ended. */
    record Rescinded(FrameworkId framework, List<OfferId> offers) implements LedgerEffect {}

    /** Tell the framework that these tasks will not run, each with this status. */
    record Refused(FrameworkId framework, List<TaskInfo> tasks, TaskStatus status) implements LedgerEffect {}

    /** Pass the agent's update on. */
    record Forward(FrameworkId framework, FrameworkProtocol.Updated update) implements LedgerEffect {}

    /** Tell the framework what the agent runs of it. */
    record Adopted(FrameworkId framework, FrameworkProtocol.TasksAdopted tasks) implements LedgerEffect {}

    /** Tell the framework something of an executor. */
    record ToFramework(FrameworkId framework, FrameworkProtocol message) implements LedgerEffect {}

    /**
     * Tell the framework that the agent is lost: it cannot be reached, or is gone for good; and which tasks were there.
     *
     * @param again whether it may have been told before
     * @param removed as in {@link FrameworkProtocol.AgentLost}
     */
    record Lost(
            FrameworkId framework,
            TaskState state,
            long epoch,
            List<TaskId> tasks,
            boolean again,
            Optional<String> removed)
            implements LedgerEffect {
        Lost(FrameworkId framework, TaskState state, long epoch, List<TaskId> tasks, boolean again) {
            this(framework, state, epoch, tasks, again, Optional.empty());
        }
    }

    /** Answer for a task that the ledger does not know. */
    record Answer(FrameworkId framework, TaskId task, Optional<OfferId> launchedOn, TaskState state)
            implements LedgerEffect {}

    /** Tell the allocator something: the new state of this ledger, or a filter before it. */
    record ToAllocator(AllocatorProtocol message) implements LedgerEffect {}

    /** Show the agent in the read model; {@code connected} if it has a link, in use or not. */
    record Seen(Response.GetAgents.Agent agent, boolean connected) implements LedgerEffect {}

    /** Show the agent in the read model no more: it cannot be reached. */
    record Forgotten(AgentId agent) implements LedgerEffect {}

    /** Show in the read model what of the agent only few ask for. */
    record Details(ViewProtocol.AgentDetails details) implements LedgerEffect {}
    /** Show these executors as all that the agent has, in the order of frameworks and ids. */
    record Hosts(List<ExecutorInfo> executors) implements LedgerEffect {}

    /** Tell the read model that offers are over. */
    record OffersOver(FrameworkId framework, List<OfferId> offers) implements LedgerEffect {}

    /** Tell the framework how an operation went. */
    record Operated(FrameworkId framework, OperationStatus status) implements LedgerEffect {}

    /** Count that an operation has come to its end: done or not. */
    record Settled(Offer.Operation.Type type, OperationState state) implements LedgerEffect {}

    /** Tell the framework which leases it holds here. */
    record Holds(FrameworkId framework, List<OfferId> offers) implements LedgerEffect {}

    /**
     * Have the registry mark the agent unreachable, then call {@link AgentLedger#marked}.
     *
     * @param incarnation that is meant
     */
    record Mark(long incarnation) implements LedgerEffect {}

    /**
     * The agent is empty: have the registry hold that it is drained. Comes again as long as the registry does not.
     *
     * @param gone that it will not come back instead
     */
    record Drained(boolean gone) implements LedgerEffect {}

    /** Another owner is newer: end, so that what comes next claims the agent anew. */
    record StepDown(long newer) implements LedgerEffect {}

    /** The agent was never here, or is lost for long, and nobody needs to know any more: end. */
    record Idle(AgentId agent) implements LedgerEffect {}
}

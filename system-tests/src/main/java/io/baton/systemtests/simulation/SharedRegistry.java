package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.link.Register;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.record.AcquireAllocator;
import io.baton.resourcemanager.registry.record.AcquireShards;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.OwnerEntry;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.v1.FrameworkInfo;
import java.util.Optional;

/**
 * The masters' registry: the product's reducer behind a log that always answers at once. Raft is not simulated; that a
 * cut-off master is granted epochs here all the same is harsher than what happens.
 */
final class SharedRegistry {
    private static final int EVERY_AGENT = 100;

    private final RegistryState state = new RegistryState();
    private final Agenda agenda;
    private long index;

    SharedRegistry(Agenda agenda) {
        this.agenda = agenda;
        append(Command.newBuilder().setFoundCluster(FoundCluster.newBuilder().setClusterId(World.CLUSTER)));
    }

    private Result append(Command.Builder command) {
        index++;
        return state.apply(command.setAt(agenda.now()).build(), index).result();
    }

    /** A master process starts. */
    long join(String master) {
        return append(Command.newBuilder()
                        .setJoinMaster(JoinMaster.newBuilder()
                                .setName(master)
                                .setVoterId(master)
                                .setAddresses(MasterAddresses.getDefaultInstance())))
                .getGranted()
                .getEpoch();
    }

    /** The newest claimant is right. Which allocator is the newest its ledger learns from proposals alone: harsher. */
    Grant acquire(AgentId agent, Master master) {
        var granted = append(Command.newBuilder()
                        .setAcquireShards(AcquireShards.newBuilder()
                                .setMaster(master.name)
                                .setIncarnation(master.joined())
                                .addShards(agent.value())))
                .getGranted();
        return new Grant(granted.getEpoch(), 0, World.CLUSTER);
    }

    /** Whether nobody has claimed the agent since. */
    boolean holds(AgentId agent, long epoch) {
        return state.shards().get(agent.value()).getEpoch() == epoch;
    }

    /** The epoch of who claimed the agent last; 0 if nobody did. */
    long newest(AgentId agent) {
        var owner = state.shards().get(agent.value());
        return owner == null ? 0 : owner.getEpoch();
    }

    long acquireAllocator(Master master) {
        return append(Command.newBuilder()
                        .setAcquireAllocator(AcquireAllocator.newBuilder()
                                .setMaster(master.name)
                                .setIncarnation(master.joined())))
                .getGranted()
                .getEpoch();
    }

    /** Of the newest claimant; 0 if there is none. */
    long allocatorEpoch() {
        return state.allocator().map(OwnerEntry::getEpoch).orElse(0L);
    }

    /** Answered with the agent's incarnation. */
    long admit(AgentId agent, Register register) {
        return append(Command.newBuilder()
                        .setAdmitAgent(AdmitAgent.newBuilder()
                                .setInfo(register.getAgentInfo().toBuilder().setId(agent.toProto()))))
                .getGranted()
                .getEpoch();
    }

    Result mark(AgentId agent, long incarnation) {
        return append(Command.newBuilder()
                .setMarkAgentUnreachable(MarkAgentUnreachable.newBuilder()
                        .setAgentId(agent.toProto())
                        .setIncarnation(incarnation)
                        .setSharePercent(EVERY_AGENT)
                        .setIntervalMillis(1)));
    }

    /** @param framework with its id */
    void subscribe(FrameworkInfo framework) {
        append(Command.newBuilder()
                .setSubscribeFramework(SubscribeFramework.newBuilder().setInfo(framework)));
    }

    Optional<FrameworkEntry> framework(FrameworkId id) {
        return Optional.ofNullable(state.frameworks().get(id.value()));
    }

    Optional<AgentEntry> agent(AgentId id) {
        return Optional.ofNullable(state.agents().get(id.value()));
    }
}

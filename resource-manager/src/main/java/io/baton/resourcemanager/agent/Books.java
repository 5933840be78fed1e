package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.link.Register;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What an agent's ledger consists of: the balance, and what moves it. */
record Books(Balance balance, LaunchedTasks tasks, Leases leases, HostedExecutors executors, Operations operations) {
    static Books of(AgentId agent) {
        var balance = new Balance();
        return new Books(
                balance,
                new LaunchedTasks(balance),
                new Leases(balance),
                new HostedExecutors(balance),
                new Operations(agent, balance));
    }

    /**
     * What the allocator is told of the agent.
     *
     * @param offers whether what is free may be offered
     * @param answered the number of the last proposal that was decided
     * @param epoch of the ledger
     */
    AllocatorProtocol shown(AgentId agent, AgentInfo info, boolean offers, long answered, long epoch) {
        return new AllocatorProtocol.AgentChanged(
                agent,
                info,
                balance.total(),
                offers ? balance.free() : Resources.EMPTY,
                balance.held().all(),
                answered,
                leases.holdings(),
                epoch);
    }

    /**
     * The agent is lost: what the allocator, the frameworks and the read model hear.
     *
     * @param frameworks that there are; those with tasks here hear of it in any case
     * @param again whether they may have heard it before
     * @param removed as in {@link FrameworkProtocol.AgentLost}
     */
    List<LedgerEffect> lost(
            AgentId agent,
            Collection<FrameworkId> frameworks,
            TaskState state,
            long epoch,
            boolean again,
            Optional<String> removed) {
        var concerned = tasks.byFramework();
        frameworks.forEach(f -> concerned.putIfAbsent(f, List.of()));
        var effects = new ArrayList<LedgerEffect>();
        effects.add(new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(agent, false)));
        concerned.forEach((f, there) -> effects.add(new LedgerEffect.Lost(f, state, epoch, there, again, removed)));
        if (removed.isEmpty()) {
            operations.lost(state, effects);
        }
        effects.add(new LedgerEffect.Forgotten(agent));
        return effects;
    }

    /**
     * The agent's own list replaces all that was believed. Leases must have ended before.
     *
     * @return what its frameworks are told
     */
    List<LedgerEffect> adopt(AgentId agent, Term term, Register register) {
        var infos = new TreeMap<FrameworkId, FrameworkInfo>();
        register.getFrameworksList().forEach(f -> infos.put(FrameworkId.fromProto(f.getId()), f));
        balance.reset(Resources.fromProto(
                register.getTotalResourcesCount() > 0
                        ? register.getTotalResourcesList()
                        : register.getAgentInfo().getResourcesList()));
        executors.adopt(register.getExecutorsList());
        var effects = new ArrayList<>(operations.adopt(register.getOperationsList()));
        tasks.adopt(register.getTasksList())
                .forEach((framework, all) -> effects.add(new LedgerEffect.Adopted(
                        framework,
                        new FrameworkProtocol.TasksAdopted(
                                agent, term, register.getNumber(), Optional.ofNullable(infos.get(framework)), all))));
        return effects;
    }
}

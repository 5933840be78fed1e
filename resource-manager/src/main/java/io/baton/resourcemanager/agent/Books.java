package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;

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
}

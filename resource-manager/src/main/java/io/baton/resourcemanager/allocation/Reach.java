package io.baton.resourcemanager.allocation;

import io.baton.core.resource.Resources;

/** What of an agent a client can deal with at all. */
final class Reach {
    private Reach() {}

    /** Nothing of an agent with gpus, or in another region, for those who do not know what that means. */
    static Resources of(AgentState agent, Client client, AllocationRules rules) {
        var subscriber = client.subscriber;
        if (blindToGpus(agent, client, rules) || tooFar(agent, client, rules)) {
            return Resources.EMPTY;
        }
        return agent.open()
                .allocatableTo(client.role.path, subscriber.revocable, subscriber.shared, subscriber.refined);
    }

    static boolean blindToGpus(AgentState agent, Client client, AllocationRules rules) {
        return agent.gpus && rules.filterGpus() && !client.subscriber.gpus;
    }

    static boolean tooFar(AgentState agent, Client client, AllocationRules rules) {
        return !client.subscriber.regionAware && agent.remote(rules.region());
    }

    /** Whether the framework's own constraints accept the agent. */
    static boolean constrained(AgentState agent, Client client) {
        return client.subscriber.constraints.accepts(client.role.path, agent.facts.info());
    }
}

package io.baton.sdk.offer;

import io.baton.v1.AgentID;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import java.util.List;

/** Room for one task, set aside in an {@link OfferPool}. Room that is not used is lost until the next offers. */
public final class Place {
    private final AgentOffers agent;
    private final Offer offer;
    private final List<Resource> resources;
    private final List<Long> ports;

    Place(AgentOffers agent, Offer offer, List<Resource> resources, List<Long> ports) {
        this.agent = agent;
        this.offer = offer;
        this.resources = List.copyOf(resources);
        this.ports = List.copyOf(ports);
    }

    /** The agent. */
    public AgentID agentId() {
        return offer.getAgentId();
    }

    /** The agent's host name. */
    public String hostname() {
        return offer.getHostname();
    }

    /** One of the agent's offers, for its attributes and the like. */
    public Offer offer() {
        return offer;
    }

    /** What was set aside, with role and reservation as offered. */
    public List<Resource> resources() {
        return resources;
    }

    /** The ports that were set aside, as many as the shape wanted. */
    public List<Long> ports() {
        return ports;
    }

    /**
     * Puts a task here, to be launched by {@link OfferPool#answer}.
     *
     * @return the task as it will be launched
     */
    public TaskInfo launch(TaskBuilder task) {
        return launch(task.build(this));
    }

    /** As {@link #launch(TaskBuilder)}; agent and resources must be those of this place. */
    public TaskInfo launch(TaskInfo task) {
        agent.tasks().add(task);
        return task;
    }
}

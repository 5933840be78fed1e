package io.baton.resourcemanager.agent;

import io.baton.core.config.HostPort;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.resource.Resources;
import io.baton.core.task.AgentCapabilities;
import io.baton.v1.Address;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TimeInfo;
import io.baton.v1.URL;
import io.baton.v1.Unavailability;
import io.baton.v1.master.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An agent as clients see it: in offers and in the operator's list.
 *
 * @param ip its address in numbers; schedulers build sandbox URLs from it
 */
record AgentView(AgentInfo info, String ip, String version, Instant firstSeen, Instant seenAgain) {
    static final AgentView NONE = new AgentView(AgentInfo.getDefaultInstance(), "", "", Instant.EPOCH, Instant.EPOCH);

    /** Where Mesos agents serve their API beside the root; clients append to it. */
    private static final String PID_PATH = "/slave(1)";

    AgentView registered(AgentInfo now, String address, String release, Instant at, boolean again) {
        return again
                ? new AgentView(now, address, release, firstSeen, at)
                : new AgentView(now, address, release, at, Instant.EPOCH);
    }

    AgentView at(String address) {
        return new AgentView(info, address, version, firstSeen, seenAgain);
    }

    /**
     * @param executors of the framework on this agent
     * @param absence when its machine is to be away
     */
    Offer offer(Lease lease, List<ExecutorID> executors, Optional<Unavailability> absence) {
        var offer = Offer.newBuilder()
                .setId(lease.id().toProto())
                .setFrameworkId(lease.framework().toProto())
                .setAgentId(info.getId())
                .setHostname(info.getHostname())
                .addAllExecutorIds(executors)
                .addAllResources(lease.resources().toProto(lease.role()))
                .addAllAttributes(info.getAttributesList())
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(lease.role()))
                .setUrl(url());
        absence.ifPresent(offer::setUnavailability);
        return offer.build();
    }

    private URL url() {
        return URL.newBuilder()
                .setScheme("http")
                .setAddress(Address.newBuilder()
                        .setHostname(info.getHostname())
                        .setIp(ip)
                        .setPort(info.getPort()))
                .setPath(PID_PATH)
                .build();
    }

    /** Asks a framework to leave, with all that it has here. */
    InverseOffer inverseOffer(OfferId id, FrameworkId framework, Unavailability absence) {
        return asked(id, framework, absence).build();
    }

    /** Asks a framework to give this much of a role back, until then. */
    InverseOffer inverseOffer(OfferId id, AgentProtocol.Reclaim reclaim, Instant until) {
        return asked(
                        id,
                        reclaim.framework(),
                        Unavailability.newBuilder().setStart(time(until)).build())
                .addAllResources(reclaim.wanted().toProto(reclaim.role()))
                .build();
    }

    private InverseOffer.Builder asked(OfferId id, FrameworkId framework, Unavailability absence) {
        return InverseOffer.newBuilder()
                .setId(id.toProto())
                .setFrameworkId(framework.toProto())
                .setAgentId(info.getId())
                .setUrl(url())
                .setUnavailability(absence);
    }

    /**
     * @param total all there is now, as operations have changed it
     * @param drainSince when emptying it began, as far as is known; {@link Instant#EPOCH} if it did not
     */
    Response.GetAgents.Agent toProto(boolean connected, Resources total, HostPlan plan, Instant drainSince) {
        var agent = Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(shown())
                .setActive(connected && plan.offers())
                .setDeactivated(plan.deactivated())
                .setVersion(version)
                .setPid("slave(1)@" + HostPort.of(ip, info.getPort()))
                .setRegisteredTime(time(firstSeen))
                .addAllTotalResources(total.toProtoInBothForms(""))
                .addAllCapabilities(AgentCapabilities.ALL);
        if (seenAgain.isAfter(Instant.EPOCH)) {
            agent.setReregisteredTime(time(seenAgain));
        }
        plan.drain().ifPresent(agent::setDrainInfo);
        if (drainSince.isAfter(Instant.EPOCH)) {
            agent.setEstimatedDrainStartTime(time(drainSince));
        }
        return agent.build();
    }

    /** What it said of itself, with its reservations as operators read them. */
    private AgentInfo shown() {
        var resources =
                info.getResourcesList().stream().map(Resources::inBothForms).toList();
        return info.toBuilder().clearResources().addAllResources(resources).build();
    }

    private static TimeInfo time(Instant at) {
        return TimeInfo.newBuilder()
                .setNanoseconds(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano())
                .build();
    }
}

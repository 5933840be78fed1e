package io.baton.resourcemanager.allocation;

import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo.Capability;
import java.util.ArrayList;
import java.util.List;

/** A framework that is there: what it can deal with, and its place in each of its roles. */
final class Subscriber {
    final FrameworkChanged wants;
    final OfferFilter constraints;
    final boolean gpus;
    final boolean revocable;
    final boolean shared;
    final boolean refined;
    final boolean regionAware;
    final List<Client> clients = new ArrayList<>();

    Subscriber(FrameworkChanged wants) {
        this.wants = wants;
        this.constraints = new OfferFilter(wants.constraints());
        this.gpus = knows(Capability.Type.GPU_RESOURCES);
        this.revocable = knows(Capability.Type.REVOCABLE_RESOURCES);
        this.shared = knows(Capability.Type.SHARED_RESOURCES);
        this.refined = knows(Capability.Type.RESERVATION_REFINEMENT);
        this.regionAware = knows(Capability.Type.REGION_AWARE);
    }

    boolean knowsAs(Subscriber other) {
        return wants.info().getCapabilitiesList().equals(other.wants.info().getCapabilitiesList());
    }

    private boolean knows(Capability.Type capability) {
        return TaskStates.has(wants.info(), capability);
    }

    OfferFloor floor(String role, OfferFloor global) {
        var own = wants.info().getOfferFiltersMap().get(role);
        return own != null && own.hasMinAllocatableResources()
                ? OfferFloor.fromProto(own.getMinAllocatableResources())
                : global;
    }
}

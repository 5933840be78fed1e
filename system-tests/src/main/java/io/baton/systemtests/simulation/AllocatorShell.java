package io.baton.systemtests.simulation;

import io.baton.core.protocol.AllocatorProtocol;
import io.baton.resourcemanager.allocation.Allocator;

/** Drives one {@link Allocator}. */
final class AllocatorShell implements Entity {
    private static final long PAUSE_MILLIS = 4;

    private final Master master;
    private final World world;
    private final Allocator allocator = new Allocator();
    private long epoch;
    private boolean scheduled;

    AllocatorShell(Master master) {
        this.master = master;
        this.world = master.world;
        this.epoch = world.registry().acquireAllocator(master);
    }

    void told(AllocatorProtocol message) {
        if (message instanceof AllocatorProtocol.AgentChanged m) {
            allocator.agentChanged(m);
        } else if (message instanceof AllocatorProtocol.AgentGone m) {
            allocator.agentGone(m);
        } else if (message instanceof AllocatorProtocol.FrameworkChanged m) {
            allocator.frameworkChanged(m);
        } else if (message instanceof AllocatorProtocol.FrameworkGone m) {
            allocator.frameworkGone(m.framework());
        } else if (message instanceof AllocatorProtocol.Filter m) {
            allocator.filter(m, world.agenda().instant());
        } else if (message instanceof AllocatorProtocol.Revive m) {
            allocator.revive(m.framework(), m.roles());
        } else {
            throw new AssertionError("the allocator does not take " + message);
        }
        schedule();
    }

    /** As the product's: one that finds that another has claimed since claims anew. */
    @Override
    public void tick() {
        if (world.registry().allocatorEpoch() > epoch) {
            epoch = world.registry().acquireAllocator(master);
            allocator.claimed();
        }
        allocator.batch(world.agenda().instant());
        schedule();
    }

    private void schedule() {
        if (allocator.hasChanges() && !scheduled) {
            scheduled = true;
            master.in(PAUSE_MILLIS, this::round);
        }
    }

    private void round() {
        scheduled = false;
        if (master.instance(Placement.ALLOCATOR) != this) {
            return;
        }
        long by = epoch;
        for (var p : allocator.propose(world.agenda().instant())) {
            master.tell(p.agent(), ledger -> ledger.propose(p, by, this));
        }
    }
}

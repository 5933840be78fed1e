package io.baton.resourcemanager;

import io.baton.core.id.FrameworkId;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** One start of one master process: a random id, and the ids it gives to frameworks. Thread-safe. */
public final class MasterIdentity {
    private final String id;
    private final AtomicLong frameworks = new AtomicLong();

    private MasterIdentity(String id) {
        this.id = id;
    }

    public static MasterIdentity random() {
        return new MasterIdentity(UUID.randomUUID().toString());
    }

    public String id() {
        return id;
    }

    /** {@code <master>-0000}, as Mesos counts them. */
    public FrameworkId nextFramework() {
        return new FrameworkId(String.format("%s-%04d", id, frameworks.getAndIncrement()));
    }
}

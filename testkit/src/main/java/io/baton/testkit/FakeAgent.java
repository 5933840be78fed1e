package io.baton.testkit;

import io.baton.v1.Attribute;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;

/** Describes an agent for {@link FakeMaster#addAgent}: 4 CPUs, 4096 MB and 10,240 MB of disk unless said otherwise. */
public final class FakeAgent {
    private final String hostname;
    private final List<Attribute> attributes = new ArrayList<>();
    private double cpus = 4;
    private double memMb = 4096;
    private double diskMb = 10_240;
    private double gpus;
    private long firstPort;
    private long lastPort = -1;

    private FakeAgent(String hostname) {
        this.hostname = hostname;
    }

    /** An agent on a host of this name. */
    public static FakeAgent on(String hostname) {
        return new FakeAgent(hostname);
    }

    /** How many CPUs it has. */
    public FakeAgent cpus(double amount) {
        cpus = amount;
        return this;
    }

    /** How many MB of memory it has. */
    public FakeAgent mem(double megabytes) {
        memMb = megabytes;
        return this;
    }

    /** How many MB of disk it has. */
    public FakeAgent disk(double megabytes) {
        diskMb = megabytes;
        return this;
    }

    /** How many GPUs it has. */
    public FakeAgent gpus(int count) {
        gpus = count;
        return this;
    }

    /** The ports it has, both included. */
    public FakeAgent ports(int first, int last) {
        firstPort = first;
        lastPort = last;
        return this;
    }

    /** A text attribute. */
    public FakeAgent attribute(String name, String value) {
        attributes.add(Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build());
        return this;
    }

    String hostname() {
        return hostname;
    }

    List<Attribute> attributes() {
        return attributes;
    }

    Amounts amounts() {
        var resources = new ArrayList<Resource>();
        resources.add(scalar("cpus", cpus));
        resources.add(scalar("mem", memMb));
        resources.add(scalar("disk", diskMb));
        resources.add(scalar("gpus", gpus));
        if (firstPort <= lastPort) {
            resources.add(Resource.newBuilder()
                    .setName("ports")
                    .setType(Value.Type.RANGES)
                    .setRanges(Value.Ranges.newBuilder()
                            .addRange(
                                    Value.Range.newBuilder().setBegin(firstPort).setEnd(lastPort)))
                    .build());
        }
        return Amounts.of(resources);
    }

    private static Resource scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }
}

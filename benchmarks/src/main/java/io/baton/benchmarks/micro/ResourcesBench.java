package io.baton.benchmarks.micro;

import io.baton.core.resource.Resources;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Arithmetic on what an agent has: cpus, mem, disk and ports. */
@State(Scope.Thread)
public class ResourcesBench {
    private final Resources agent = Resources.fromProto(Samples.agentResources());
    private final Resources task = Resources.fromProto(Samples.taskResources());
    private final Resources rest = agent.minus(task);

    @Benchmark
    public Resources plus() {
        return rest.plus(task);
    }

    @Benchmark
    public Resources minus() {
        return agent.minus(task);
    }

    @Benchmark
    public boolean contains() {
        return agent.contains(task);
    }
}

package io.baton.protocol.oracle;

import com.google.protobuf.Message;
import java.util.List;

/** Every message of ours that Mesos has, too. */
public final class OurTypes {
    static final List<String> OUTER_CLASSES = List.of(
            "io.baton.v1.ClusterProtos",
            "io.baton.v1.CommandProtos",
            "io.baton.v1.ContainerProtos",
            "io.baton.v1.FrameworkProtos",
            "io.baton.v1.IdProtos",
            "io.baton.v1.LabelProtos",
            "io.baton.v1.MachineProtos",
            "io.baton.v1.OfferProtos",
            "io.baton.v1.ResourceProtos",
            "io.baton.v1.ResourceProviderInfoProtos",
            "io.baton.v1.StatisticsProtos",
            "io.baton.v1.TaskProtos",
            "io.baton.v1.TimeProtos",
            "io.baton.v1.ValueProtos",
            "io.baton.v1.agent.AgentProtos",
            "io.baton.v1.allocator.AllocatorProtos",
            "io.baton.v1.executor.ExecutorProtos",
            "io.baton.v1.maintenance.MaintenanceProtos",
            "io.baton.v1.master.MasterProtos",
            "io.baton.v1.quota.QuotaProtos",
            "io.baton.v1.resourceprovider.ResourceProviderProtos",
            "io.baton.v1.scheduler.SchedulerProtos");

    private OurTypes() {}

    static GeneratedTypes generated() {
        try {
            return new GeneratedTypes(OUTER_CLASSES);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a generated class is missing", e);
        }
    }

    /** A default instance of each message, in a fixed order. */
    public static List<Message> prototypes() {
        var types = generated();
        return types.messages().stream().map(types::prototype).toList();
    }
}

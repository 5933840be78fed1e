package io.baton.executor;

import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.KillPolicy;
import io.baton.v1.Resource;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.time.Duration;
import java.util.List;

/** Frameworks and tasks for tests. */
public final class Samples {
    public static final FrameworkInfo FRAMEWORK = FrameworkInfo.newBuilder()
            .setUser(System.getProperty("user.name"))
            .setName("test")
            .setId(FrameworkID.newBuilder().setValue("fw-1"))
            .addRoles("ads")
            .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
            .build();

    private Samples() {}

    public static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    public static TaskID taskId(String id) {
        return TaskID.newBuilder().setValue(id).build();
    }

    public static TaskInfo.Builder task(String id, String command) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(taskId(id))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .addResources(scalar("cpus", 0.01))
                .addResources(scalar("mem", 1))
                .setCommand(CommandInfo.newBuilder().setValue(command));
    }

    public static TaskInfo.Builder program(String id, List<String> argv) {
        return task(id, argv.get(0))
                .setCommand(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue(argv.get(0))
                        .addAllArguments(argv));
    }

    public static KillPolicy grace(Duration grace) {
        return KillPolicy.newBuilder()
                .setGracePeriod(io.baton.v1.DurationInfo.newBuilder().setNanoseconds(grace.toNanos()))
                .build();
    }

    public static Environment environment(String... namesAndValues) {
        var out = Environment.newBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.addVariables(
                    Environment.Variable.newBuilder().setName(namesAndValues[i]).setValue(namesAndValues[i + 1]));
        }
        return out.build();
    }

    /** A persistent volume. */
    public static Resource volume(String role, String id, String path, double megabytes) {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(megabytes))
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setRole(role)
                        .setType(Resource.ReservationInfo.Type.DYNAMIC))
                .setDisk(Resource.DiskInfo.newBuilder()
                        .setPersistence(
                                Resource.DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath(path)))
                .build();
    }

    public static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setRole("*")
                .build();
    }
}

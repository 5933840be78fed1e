package io.baton.benchmarks.api;

import io.baton.core.protocol.ViewProtocol;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.master.Response;
import java.util.List;
import org.apache.pekko.actor.typed.RecipientRef;

/** A cluster that does not exist, as its entities would tell a read model of it. */
final class Facts {
    private static final int FRAMEWORKS = 10;
    private static final List<Resource> HOST =
            List.of(scalar("cpus", 24), scalar("mem", 49_152), scalar("disk", 1_000_000), ports());
    private static final List<Resource> TASK = List.of(scalar("cpus", 0.5), scalar("mem", 512));

    private final int agents;

    Facts(int agents) {
        this.agents = agents;
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("services"))
                .build();
    }

    private static Resource ports() {
        var ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
        ports.getRangesBuilder().addRangeBuilder().setBegin(31_000).setEnd(32_000);
        return ports.build();
    }

    /** Tells all of it. */
    void tell(RecipientRef<ViewProtocol> view, int tasks) {
        for (int i = 0; i < FRAMEWORKS; i++) {
            view.tell(new ViewProtocol.FrameworkSeen(framework(i)));
        }
        for (int i = 0; i < agents; i++) {
            view.tell(new ViewProtocol.AgentSeen(agent(i), true));
        }
        for (int i = 0; i < tasks; i++) {
            view.tell(new ViewProtocol.TaskSeen(task(i, true), false));
        }
    }

    private static Response.GetFrameworks.Framework framework(int n) {
        var info = FrameworkInfo.newBuilder().setUser("root").setName("framework-" + n);
        info.getIdBuilder().setValue("framework-" + n);
        info.addRoles("services").addCapabilitiesBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE);
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .build();
    }

    private static Response.GetAgents.Agent agent(int n) {
        var info = AgentInfo.newBuilder()
                .setHostname("host-" + n + ".example")
                .setPort(5051)
                .addAllResources(HOST);
        info.getIdBuilder().setValue("agent-" + n);
        return Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(info)
                .setActive(true)
                .setVersion("1.0.0")
                .setPid("slave(1)@10.0.0.1:5051")
                .addAllTotalResources(HOST)
                .build();
    }

    /** Now. Its status is another one than that with the other health, so that it is news. */
    Task task(int n, boolean healthy) {
        long now = System.currentTimeMillis();
        var task = Task.newBuilder()
                .setName("service-" + n % 1000)
                .setState(TaskState.TASK_RUNNING)
                .addAllResources(TASK);
        task.getTaskIdBuilder().setValue("service-" + n % 1000 + "." + n);
        task.getFrameworkIdBuilder().setValue("framework-" + n % FRAMEWORKS);
        task.getAgentIdBuilder().setValue("agent-" + n % agents);
        task.addStatuses(TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setState(TaskState.TASK_RUNNING)
                .setHealthy(healthy)
                .setTimestamp(now / 1e3));
        return task.build();
    }
}

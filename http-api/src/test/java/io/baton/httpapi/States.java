package io.baton.httpapi;

import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.VersionInfo;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Pictures of clusters. */
public final class States {
    /** Of a build that somebody made. */
    public static final VersionInfo VERSION = VersionInfo.newBuilder()
            .setVersion("1.12.0")
            .setBuildDate("2026-01-02 03:04:05 UTC")
            .setBuildTime(1767323045)
            .setBuildUser("somebody")
            .build();

    private static final AtomicLong NUMBERS = new AtomicLong();

    private States() {}

    /** A picture that shows this, newer than any before. */
    public static StateView view(Response.GetState state, List<Offer> offers) {
        return view(state, offers, List.of());
    }

    public static StateView view(Response.GetState state, List<Offer> offers, List<AgentDetails> details) {
        return new StateView("test", NUMBERS.incrementAndGet(), offers, details, active(state), () -> state);
    }

    /** As many agents have a link. */
    private static int active(Response.GetState state) {
        return (int) state.getGetAgents().getAgentsList().stream()
                .filter(Response.GetAgents.Agent::getActive)
                .count();
    }

    public static Response.GetState empty() {
        return Response.GetState.getDefaultInstance();
    }

    public static List<Resource> resources(double cpus, double mem, String role) {
        return Resources.scalars(Map.of("cpus", cpus, "mem", mem)).toProto(role);
    }

    public static Task task(String id, TaskState state, double timestamp) {
        var task = Task.newBuilder().setName(id).setState(state).addAllResources(resources(0.1, 32, "dev"));
        task.getTaskIdBuilder().setValue(id);
        task.getFrameworkIdBuilder().setValue("F1");
        task.getAgentIdBuilder().setValue("S0");
        var status = TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setState(state)
                .setTimestamp(timestamp);
        return task.addStatuses(status).build();
    }

    private static Resource ports(int begin, int end) {
        var ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
        ports.getRangesBuilder().addRangeBuilder().setBegin(begin).setEnd(end);
        return ports.build();
    }

    /** One agent, one framework in the role dev, two live tasks and a finished one, one offer. */
    public static StateView small() {
        var total = new ArrayList<>(resources(8, 16000, ""));
        total.add(ports(31000, 32000));
        var agent = Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h1").setPort(5051))
                .setActive(true)
                .setVersion("1.12.0")
                .setPid("slave(1)@127.0.0.1:5051")
                .addAllTotalResources(total)
                .addAllAllocatedResources(resources(0.2, 64, "dev"))
                .addAllOfferedResources(resources(7.8, 15936, "dev"));
        agent.getAgentInfoBuilder().getIdBuilder().setValue("S0");
        agent.getRegisteredTimeBuilder().setNanoseconds(1_795_353_498_926_760_000L);
        agent.addCapabilitiesBuilder().setType(AgentInfo.Capability.Type.MULTI_ROLE);
        var info = FrameworkInfo.newBuilder().setUser("root").setName("fw").addRoles("dev");
        info.getIdBuilder().setValue("F1");
        info.addCapabilitiesBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE);
        var framework = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .addAllAllocatedResources(resources(0.2, 64, "dev"));
        framework.getRegisteredTimeBuilder().setNanoseconds(1_795_353_495_000_000_000L);
        var state = Response.GetState.newBuilder();
        state.getGetAgentsBuilder().addAgents(agent);
        state.getGetFrameworksBuilder().addFrameworks(framework);
        state.getGetTasksBuilder()
                .addTasks(task("t1", TaskState.TASK_RUNNING, 100))
                .addTasks(task("t2", TaskState.TASK_RUNNING, 200))
                .addCompletedTasks(task("t0", TaskState.TASK_FINISHED, 50));
        var offer = Offer.newBuilder().setHostname("h1").addAllResources(resources(7.8, 15936, "dev"));
        offer.getIdBuilder().setValue("O1");
        offer.getFrameworkIdBuilder().setValue("F1");
        offer.getAgentIdBuilder().setValue("S0");
        offer.getAllocationInfoBuilder().setRole("dev");
        return view(state.build(), List.of(offer.build()));
    }
}

package io.baton.benchmarks.micro;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.link.Register;
import io.baton.link.Update;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.CommandInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.List;

/** Messages of the size that a cluster sees. */
final class Samples {
    static final FrameworkId FRAMEWORK = new FrameworkId("3b0ae7c4-7f1e-4a7e-9c58-0c4a3e6f9d11-0000");
    static final FrameworkInfo FRAMEWORK_INFO = FrameworkInfo.newBuilder()
            .setUser("root")
            .setName("sample")
            .setId(FRAMEWORK.toProto())
            .build();

    private static final AgentId AGENT = new AgentId("3b0ae7c4-7f1e-4a7e-9c58-0c4a3e6f9d11-S0");
    private static final int UUID_BYTES = 16;

    private Samples() {}

    static List<Resource> agentResources() {
        return List.of(scalar("cpus", 64), scalar("mem", 256_000), scalar("disk", 1_000_000), ports(31_000, 32_000));
    }

    static List<Resource> taskResources() {
        return List.of(scalar("cpus", 0.1), scalar("mem", 32), ports(31_000, 31_001));
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Resource ports(long begin, long end) {
        var range = Value.Range.newBuilder().setBegin(begin).setEnd(end);
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder().addRange(range))
                .build();
    }

    static Event offers(int count) {
        var event = Event.newBuilder().setType(Event.Type.OFFERS);
        for (int i = 0; i < count; i++) {
            event.getOffersBuilder()
                    .addOffers(Offer.newBuilder()
                            .setId(offerId(i))
                            .setFrameworkId(FRAMEWORK.toProto())
                            .setAgentId(AGENT.toProto())
                            .setHostname("agent-" + i + ".example.org")
                            .addAllResources(agentResources())
                            .addAttributes(Attribute.newBuilder()
                                    .setName("rack")
                                    .setType(Value.Type.TEXT)
                                    .setText(Value.Text.newBuilder().setValue("r" + i))));
        }
        return event.build();
    }

    private static OfferID offerId(int number) {
        return OfferID.newBuilder().setValue(AGENT.value() + "-O1." + number).build();
    }

    static Call accept(int tasks) {
        var infos = new ArrayList<TaskInfo>();
        for (int i = 0; i < tasks; i++) {
            infos.add(task("task-" + i, AGENT));
        }
        var call = Call.newBuilder().setType(Call.Type.ACCEPT).setFrameworkId(FRAMEWORK.toProto());
        call.getAcceptBuilder().addOfferIds(offerId(0)).addOperations(launch(infos));
        return call.build();
    }

    static TaskInfo task(String id, AgentId agent) {
        var variable = Environment.Variable.newBuilder().setName("GREETING").setValue("hello");
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(agent.value()))
                .addAllResources(taskResources())
                .setCommand(CommandInfo.newBuilder()
                        .setValue("echo $GREETING; exec ./server --port 31000")
                        .setEnvironment(Environment.newBuilder().addVariables(variable)))
                .build();
    }

    static Offer.Operation launch(List<TaskInfo> tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
                .build();
    }

    /** An agent that runs this many tasks, each with cpus and memory only. */
    static Register registration(AgentId agent, int tasks) {
        var out = Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("agent-0.example.org")
                        .setPort(5051)
                        .setId(agent.toProto())
                        .addAllResources(agentResources()))
                .setNumber(1)
                .setEpoch(0)
                .setVersion("1.0.0")
                .addFrameworks(FRAMEWORK_INFO);
        for (int i = 0; i < tasks; i++) {
            out.addTasks(Task.newBuilder()
                    .setName("running")
                    .setTaskId(TaskID.newBuilder().setValue("running-" + i))
                    .setFrameworkId(FRAMEWORK.toProto())
                    .setAgentId(agent.toProto())
                    .setState(TaskState.TASK_RUNNING)
                    .addResources(scalar("cpus", 0.1))
                    .addResources(scalar("mem", 32)));
        }
        return out.build();
    }

    static TaskStatus status(String task, TaskState state) {
        var uuid = new byte[UUID_BYTES];
        uuid[0] = (byte) state.getNumber();
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setState(state)
                .setUuid(ByteString.copyFrom(uuid))
                .build();
    }

    static Update update(TaskInfo task, TaskState state) {
        return Update.newBuilder()
                .setFrameworkId(FRAMEWORK.toProto())
                .setStatus(status(task.getTaskId().getValue(), state))
                .setLatestState(state)
                .build();
    }
}

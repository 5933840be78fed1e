package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.link.Update;
import io.baton.v1.CommandInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A session, what it is told, and its effects as text. */
abstract class SessionFixture {
    static final FrameworkId F = new FrameworkId("f");
    static final AgentId AGENT = new AgentId("m-S0");
    static final String KILL_T = "Kill[framework=f, task=t, killPolicy=Optional.empty]";
    static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .setFailoverTimeout(30)
            .build();
    static final FrameworkInfo AWARE = INFO.toBuilder()
            .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
            .addRoles("a")
            .addRoles("b")
            .build();

    final FrameworkSession session = new FrameworkSession(F);

    void bring(String state) {
        switch (state) {
            case "recovered" ->
                session.adopted(
                        new FrameworkProtocol.TasksAdopted(
                                AGENT, new Term(1, 1), 0, Optional.of(INFO), List.of(running("t"))),
                        T0);
            case "connected" -> connected(INFO);
            case "disconnected" -> {
                connected(INFO);
                session.disconnected("s1", false, T0);
            }
            case "removed" -> {
                connected(INFO);
                assertThat(session.call(call(Call.Type.TEARDOWN).build(), "s1", T0)
                                .removes())
                        .isTrue();
                session.remove(T0);
            }
            default -> assertThat(state).isEqualTo("unknown");
        }
    }

    void connected(FrameworkInfo info) {
        session.subscribe(subscribe(info, "s1"), T0);
    }

    static FrameworkProtocol.Subscribe subscribe(FrameworkInfo info, String stream) {
        return new FrameworkProtocol.Subscribe(F, false, info, List.of(), Optional.empty(), stream, null);
    }

    void launch(String task) {
        var role =
                session.call(call(Call.Type.REVIVE).build(), "s1", T0).answer().status() == 202 ? "a" : "*";
        session.offered(offered("m-S0-O1.1.1", role, "m-S0"));
        accept(List.of("m-S0-O1.1.1"), task(task));
    }

    List<SessionEffect> accept(List<String> offers, TaskInfo... tasks) {
        var accept = Call.Accept.newBuilder()
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(List.of(tasks))));
        offers.forEach(o -> accept.addOfferIds(new OfferId(o).toProto()));
        return session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                .effects();
    }

    String acknowledge(String task, String uuid, String stream) {
        return acknowledge(task, uuid, stream, AGENT.value());
    }

    String acknowledge(String task, String uuid, String stream, String agent) {
        var acknowledge = Call.Acknowledge.newBuilder()
                .setAgentId(new AgentId(agent).toProto())
                .setTaskId(new TaskId(task).toProto())
                .setUuid(ByteString.copyFromUtf8(uuid));
        return shown(session.call(
                        call(Call.Type.ACKNOWLEDGE).setAcknowledge(acknowledge).build(), stream, T0)
                .effects());
    }

    List<SessionEffect> reconcile(String... tasks) {
        var reconcile = Call.Reconcile.newBuilder();
        for (var task : tasks) {
            var parts = task.split("@");
            var one = Call.Reconcile.Task.newBuilder().setTaskId(new TaskId(parts[0]).toProto());
            if (parts.length > 1) {
                one.setAgentId(new AgentId(parts[1]).toProto());
            }
            reconcile.addTasks(one);
        }
        return session.call(call(Call.Type.RECONCILE).setReconcile(reconcile).build(), "s1", T0)
                .effects();
    }

    static Call.Builder call(Call.Type type) {
        return Call.newBuilder().setType(type).setFrameworkId(F.toProto());
    }

    static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    static FrameworkProtocol.Offered offered(String id, String role, String agent) {
        return new FrameworkProtocol.Offered(offer(id, role, agent), 0);
    }

    static Offer offer(String id, String role, String agent) {
        return Offer.newBuilder()
                .setId(new OfferId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(new AgentId(agent).toProto())
                .setHostname("h")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .addAllResources(cpus(4).toProto(role))
                .build();
    }

    static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    static TaskInfo task(String id) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setAgentId(AGENT.toProto())
                .addAllResources(cpus(1).toProto(""))
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    static TaskInfo broken(String which) {
        var task = task("bad").toBuilder();
        var broken =
                switch (which) {
                    case "a slash in its id" -> task.setTaskId(new TaskId("a/b").toProto());
                    case "no id" -> task.setTaskId(new TaskId("").toProto());
                    case "another agent" -> task.setAgentId(new AgentId("m-S9").toProto());
                    case "no command" -> task.clearCommand();
                    case "no resources" -> task.clearResources();
                    case "negative cpus" -> task.setResources(0, scalar(-1));
                    case "endless cpus" -> task.setResources(0, scalar(1 / 0.0));
                    case "cpus that are no number" -> task.setResources(0, scalar(Double.NaN));
                    case "cpus without bound" -> task.setResources(0, scalar(1e308));
                    case "overlapping port ranges" -> task.addResources(overlapping());
                    case "a reversed port range" -> task.addResources(ports(5, 1));
                    case "a port beyond the last" -> task.addResources(ports(1, 70_000));
                    case "a negative grace period" ->
                        task.setKillPolicy(io.baton.v1.KillPolicy.newBuilder()
                                .setGracePeriod(
                                        io.baton.v1.DurationInfo.newBuilder().setNanoseconds(-1)));
                    case "a NUL in its command" ->
                        task.setCommand(CommandInfo.newBuilder().setValue("a\0b"));
                    case "an empty shell command" -> task.setCommand(CommandInfo.newBuilder());
                    default -> throw new AssertionError(which);
                };
        return broken.build();
    }

    static Resource scalar(double value) {
        return Resource.newBuilder()
                .setName("cpus")
                .setType(io.baton.v1.Value.Type.SCALAR)
                .setScalar(io.baton.v1.Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    static Resource ports(long begin, long end) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(io.baton.v1.Value.Type.RANGES)
                .setRanges(io.baton.v1.Value.Ranges.newBuilder()
                        .addRange(io.baton.v1.Value.Range.newBuilder()
                                .setBegin(begin)
                                .setEnd(end)))
                .build();
    }

    static Resource overlapping() {
        var both = ports(1, 5).toBuilder();
        both.getRangesBuilder().addRange(ports(5, 9).getRanges().getRange(0));
        return both.build();
    }

    static Task running(String id) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(TaskState.TASK_RUNNING)
                .build();
    }

    static FrameworkProtocol.Updated update(String task, TaskState state, String uuid) {
        return update(task, state, uuid, 0);
    }

    static FrameworkProtocol.Updated update(String task, TaskState state, String uuid, long epoch) {
        var update = Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId(task).toProto())
                        .setAgentId(AGENT.toProto())
                        .setState(state)
                        .setUuid(ByteString.copyFromUtf8(uuid)))
                .setLatestState(state)
                .build();
        return new FrameworkProtocol.Updated(update, epoch, 0);
    }

    static String shown(List<SessionEffect> effects) {
        return ShownEffects.of(effects);
    }

    static FrameworkProtocol.AgentLost lost(TaskState state, String... tasks) {
        return new FrameworkProtocol.AgentLost(
                AGENT, state, 8, Stream.of(tasks).map(TaskId::new).toList(), false, Optional.empty());
    }
}

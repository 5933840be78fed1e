package io.baton.resourcemanager;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.resource.Resources;
import io.baton.core.security.AuthenticationConfig;
import io.baton.link.Register;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import io.baton.link.Update;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.role.MemoryRoles;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster of one, a scheduler's stream that is a probe, and an agent that is a bare socket. */
class MasterNodeTest {
    private static final ActorTestKit KIT = ActorTestKit.create(
            "master",
            ConfigFactory.parseString("pekko.actor.provider = cluster, pekko.remote.artery.canonical.port = 0,"
                            + " pekko.remote.artery.canonical.hostname = 127.0.0.1")
                    .withFallback(ConfigFactory.load()));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestProbe<StreamProtocol> stream = KIT.createTestProbe();
    private final TestProbe<CallAnswer> answers = KIT.createTestProbe();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static final MasterIdentity IDENTITY = MasterIdentity.random();
    private static MasterNode node;

    @BeforeAll
    static void start() {
        var cluster = Cluster.get(KIT.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        node = MasterNode.start(
                KIT.system(),
                new MasterConfig(
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(75),
                        AllocationRules.DEFAULT,
                        AuthenticationConfig.OFF,
                        Optional.empty()),
                IDENTITY,
                new MasterMetrics(new io.prometheus.metrics.model.registry.PrometheusRegistry()),
                CompletableFuture.completedFuture(MemoryRegistrar.alone()),
                1);
        node.registryIs(new MemoryRoles());
    }

    /** Two of one shard whose ids are the same in UTF-8, and a framework of that shard. */
    @Test
    void idsThatAreNoTextEndNoOtherEntityOfTheirShard() {
        var shards = new HashCodeMessageExtractor<FrameworkProtocol>(
                ClusterShardingSettings.create(KIT.system()).numberOfShards());
        var shard = shards.shardId("x\uD800");
        var alike = IntStream.rangeClosed(0xD801, 0xDFFF)
                .mapToObj(half -> "x" + (char) half)
                .filter(id -> shards.shardId(id).equals(shard))
                .findFirst()
                .orElseThrow();
        var id = new FrameworkId(IntStream.range(0, 1_000_000)
                .mapToObj(i -> "f" + i)
                .filter(f -> shards.shardId(f).equals(shard))
                .findFirst()
                .orElseThrow());
        subscribe(id);

        for (var half : List.of("x\uD800", alike)) {
            node.framework(new FrameworkId(half)).tell(new FrameworkProtocol.Teardown(answers.getRef()));
            assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(400);
        }

        invoke(call(id.toProto(), Call.Type.REVIVE).build());
        node.framework(id).tell(new FrameworkProtocol.Teardown(answers.getRef()));
        assertThat(answers.receiveMessage(PATIENCE).status()).isEqualTo(200);
    }

    private void subscribe(FrameworkId id) {
        var info = FrameworkInfo.newBuilder().setUser("u").setName("n").setId(id.toProto());
        node.framework(id)
                .tell(new FrameworkProtocol.Subscribe(
                        id, false, info.build(), List.of(), Optional.empty(), "s1", stream.getRef()));
        assertThat(event().getType()).isEqualTo(Event.Type.SUBSCRIBED);
    }

    @Test
    void runsATaskFromOfferToAcknowledgement() throws Exception {
        var at = node.bindLinks("127.0.0.1", 0).toCompletableFuture().get(20, TimeUnit.SECONDS);
        try (var agent = new Agent(at.getPort())) {
            agent.register();
            assertThat(agent.next(ToAgent::hasRegistered)
                            .getRegistered()
                            .getAgentId()
                            .getValue())
                    .isEqualTo("own-S0");

            var id = IDENTITY.nextFramework();
            subscribe(id);
            var offer = event().getOffers().getOffers(0);
            assertThat(offer.getUrl().getAddress().getIp()).isEqualTo("127.0.0.1");

            invoke(call(id.toProto(), Call.Type.ACCEPT)
                    .setAccept(
                            Call.Accept.newBuilder().addOfferIds(offer.getId()).addOperations(launch(offer)))
                    .build());
            var run = agent.next(ToAgent::hasRun).getRun();
            assertThat(run.getTask().getCommand().getValue()).isEqualTo("true");

            agent.finish(run);
            var status = untilUpdate().getUpdate().getStatus();
            assertThat(status.getState()).isEqualTo(TaskState.TASK_FINISHED);
            invoke(call(id.toProto(), Call.Type.ACKNOWLEDGE)
                    .setAcknowledge(Call.Acknowledge.newBuilder()
                            .setAgentId(status.getAgentId())
                            .setTaskId(status.getTaskId())
                            .setUuid(status.getUuid()))
                    .build());
            assertThat(agent.next(ToAgent::hasAcknowledge).getAcknowledge().getUuid())
                    .isEqualTo(status.getUuid());

            TestProbe<ViewProtocol.StateView> views = KIT.createTestProbe();
            node.view().tell(new ViewProtocol.GetState(views.getRef()));
            var state = views.receiveMessage(PATIENCE).state();
            assertThat(state.getGetTasks().getCompletedTasksList())
                    .extracting(t -> t.getState())
                    .containsExactly(TaskState.TASK_FINISHED);
            assertThat(state.getGetAgents().getAgentsCount()).isEqualTo(1);
        }
    }

    private Event event() {
        var message = stream.receiveMessage(PATIENCE);
        return message instanceof StreamProtocol.Deliver deliver ? deliver.event() : event();
    }

    private Event untilUpdate() {
        var event = event();
        while (!event.hasUpdate()) {
            event = event();
        }
        return event;
    }

    private void invoke(Call call) {
        node.framework(FrameworkId.fromProto(call.getFrameworkId()))
                .tell(new FrameworkProtocol.Invoke(call, "s1", Optional.empty(), answers.getRef()));
        assertThat(answers.receiveMessage(PATIENCE)).isEqualTo(CallAnswer.ACCEPTED);
    }

    private static Call.Builder call(io.baton.v1.FrameworkID id, Call.Type type) {
        return Call.newBuilder().setFrameworkId(id).setType(type);
    }

    private static Offer.Operation launch(Offer offer) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder()
                        .addTaskInfos(TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(io.baton.v1.TaskID.newBuilder().setValue("t"))
                                .setAgentId(offer.getAgentId())
                                .addAllResources(offer.getResourcesList())
                                .setCommand(CommandInfo.newBuilder().setValue("true"))))
                .build();
    }

    /** An agent's side of the link over a blocking socket. */
    private static final class Agent implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Agent(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        }

        void register() throws IOException {
            send(ToMaster.newBuilder()
                    .setRegister(Register.newBuilder()
                            .setNumber(1)
                            .setEpoch(0)
                            .setVersion("0.1.0")
                            .setAgentInfo(AgentInfo.newBuilder()
                                    .setId(AgentID.newBuilder().setValue("own-S0"))
                                    .setHostname("h")
                                    .setPort(5051)
                                    .addAllResources(Resources.scalars(Map.of("cpus", 4.0, "mem", 1024.0))
                                            .toProto(""))))
                    .build());
        }

        void finish(io.baton.link.Run run) throws IOException {
            send(ToMaster.newBuilder()
                    .setUpdate(Update.newBuilder()
                            .setFrameworkId(run.getFramework().getId())
                            .setLatestState(TaskState.TASK_FINISHED)
                            .setStatus(TaskStatus.newBuilder()
                                    .setTaskId(run.getTask().getTaskId())
                                    .setAgentId(run.getTask().getAgentId())
                                    .setState(TaskState.TASK_FINISHED)
                                    .setUuid(com.google.protobuf.ByteString.copyFromUtf8("0123456789abcdef"))))
                    .build());
        }

        private void send(ToMaster frame) throws IOException {
            var bytes = frame.toByteArray();
            out.writeInt(bytes.length);
            out.write(bytes);
        }

        ToAgent next(java.util.function.Predicate<ToAgent> wanted) throws IOException {
            while (true) {
                var frame = ToAgent.parseFrom(in.readNBytes(in.readInt()));
                if (wanted.test(frame)) {
                    return frame;
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

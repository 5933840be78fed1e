package io.baton.httpapi.measure;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.httpapi.FakeLog;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.MasterHttp;
import io.baton.httpapi.MasterPorts;
import io.baton.httpapi.RawClient;
import io.baton.httpapi.States;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.MasterInfo;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What one ACKNOWLEDGE over a kept-alive connection costs the server: processor time of the whole process without that
 * of the client's threads, and so free of whatever else the machine does. Run by hand.
 *
 * <pre>arguments: connections, requests for each, "told" or "asked", encoding</pre>
 */
public final class CallCost {
    private static final int WARM_UP_ROUNDS = 3;

    private CallCost() {}

    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
        int requests = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        boolean told = arguments.length < 3 || arguments[2].equals("told");
        var encoding = arguments.length > 3 && arguments[3].equals("json") ? Encoding.JSON : Encoding.PROTOBUF;
        ActorSystem<FrameworkProtocol> system = ActorSystem.create(entity(), "cost", ConfigFactory.load());
        ActorRef<ViewProtocol> view =
                system.systemActorOf(Behaviors.empty(), "view", org.apache.pekko.actor.typed.Props.empty());
        var ports = new MasterPorts(
                id -> system,
                id -> {
                    throw new AssertionError("nothing here speaks to agents");
                },
                view,
                system.systemActorOf(Behaviors.empty(), "allocator", org.apache.pekko.actor.typed.Props.empty()),
                system.systemActorOf(Behaviors.empty(), "roles", org.apache.pekko.actor.typed.Props.empty()),
                MasterInfo.newBuilder().setId("M").setIp(0).setPort(0).build(),
                States.VERSION,
                Instant.now(),
                () -> new FrameworkId("F"),
                List::of,
                java.util.Optional::empty,
                java.util.Optional::empty,
                new PrometheusRegistry(),
                new TreeMap<>(),
                Map::of,
                new FakeLog(),
                java.util.Optional::empty,
                java.util.Optional::empty,
                java.util.Optional::empty,
                beat -> {});
        int port = MasterHttp.bind(system, MasterEdge.config(), ports)
                .toCompletableFuture()
                .get()
                .address()
                .getPort();
        try (var stream = new RawClient(port)) {
            var streamId = stream.call("{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":"
                            + "{\"user\":\"u\",\"name\":\"n\"}}}")
                    .answer()
                    .header("Mesos-Stream-Id");
            stream.record();
            var request = request(encoding, told ? streamId : streamId + "x");
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                round(port, connections, requests, request, "warm-up");
            }
            round(port, connections, requests, request, (told ? "told " : "asked ") + encoding);
        }
        system.terminate();
    }

    private static org.apache.pekko.actor.typed.Behavior<FrameworkProtocol> entity() {
        return Behaviors.receive(FrameworkProtocol.class)
                .onMessage(FrameworkProtocol.Subscribe.class, m -> {
                    var event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
                    event.getSubscribedBuilder().setFrameworkId(m.id().toProto());
                    m.stream().tell(new StreamProtocol.Deliver(event.build()));
                    return Behaviors.same();
                })
                .onMessage(FrameworkProtocol.Invoke.class, m -> {
                    m.replyTo().tell(CallAnswer.ACCEPTED);
                    return Behaviors.same();
                })
                .onAnyMessage(m -> Behaviors.same())
                .build();
    }

    private static byte[] request(Encoding encoding, String streamId) throws Exception {
        var call = Call.newBuilder().setType(Call.Type.ACKNOWLEDGE);
        call.getFrameworkIdBuilder().setValue("F");
        var acknowledge = call.getAcknowledgeBuilder().setUuid(ByteString.copyFrom(new byte[16]));
        acknowledge.getAgentIdBuilder().setValue("11111111-2222-3333-4444-555555555555-S0");
        acknowledge
                .getTaskIdBuilder()
                .setValue(States.task("task-000001", io.baton.v1.TaskState.TASK_RUNNING, 1)
                        .getTaskId()
                        .getValue());
        var body = encoding.write(call.build());
        var out = new ByteArrayOutputStream();
        out.write(("POST /api/v1/scheduler HTTP/1.1\r\nHost: 127.0.0.1:5050\r\nContent-Type: " + encoding.contentType()
                        + "\r\nAccept: " + encoding.contentType() + "\r\nMesos-Stream-Id: " + streamId
                        + "\r\nUser-Agent: baton-sdk\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        return out.toByteArray();
    }

    private static void round(int port, int connections, int requests, byte[] request, String name) throws Exception {
        var pool = Executors.newFixedThreadPool(connections);
        var threads = ManagementFactory.getThreadMXBean();
        var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = process.getProcessCpuTime();
        long started = System.nanoTime();
        var work = new ArrayList<Callable<Long>>();
        for (int i = 0; i < connections; i++) {
            work.add(() -> {
                long mine = threads.getCurrentThreadCpuTime();
                try (var client = new RawClient(port)) {
                    for (int n = 0; n < requests; n++) {
                        if (client.send(request).answer().status() != 202) {
                            throw new IllegalStateException("not taken");
                        }
                    }
                }
                return threads.getCurrentThreadCpuTime() - mine;
            });
        }
        long clients = 0;
        for (var result : pool.invokeAll(work)) {
            clients += result.get();
        }
        long cpu = process.getProcessCpuTime() - before - clients;
        double seconds = (System.nanoTime() - started) / 1e9;
        int total = connections * requests;
        System.out.printf(
                "%-16s %d connections: %.1f us of server CPU each, %.0f requests/s%n",
                name, connections, cpu / 1e3 / total, total / seconds);
        pool.shutdown();
    }
}

package io.baton.sdk.measure;

import com.google.protobuf.ByteString;
import com.sun.management.OperatingSystemMXBean;
import io.baton.protocol.codec.Encoding;
import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.wire.CallLanes;
import io.baton.sdk.wire.Requests;
import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkID;
import io.baton.v1.TaskID;
import io.baton.v1.scheduler.Call;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;

/**
 * What one small call costs the scheduler's process, by the SDK's own connections and by {@code java.net.http}.
 *
 * <p>Run by hand: {@code java -cp … CallCost serve} in one process prints a URL, {@code java -cp … CallCost URL} in
 * another measures. Both send the same acknowledgement, eight at a time, in rounds that alternate.
 */
public final class CallCost {
    private static final int CALLS = 20_000;
    private static final int IN_FLIGHT = 8;
    private static final int ROUNDS = 5;

    private CallCost() {}

    /** @param arguments {@code serve}, or the URL of a process that serves */
    public static void main(String... arguments) throws Exception {
        if (arguments[0].equals("serve")) {
            var master = FakeMaster.start();
            master.addAgent(FakeAgent.on("host"));
            System.out.println(master.url());
            new Semaphore(0).acquire();
        }
        var streamId = new StreamIdOfTheMaster(arguments[0]);
        var endpoint = URI.create(arguments[0] + "/api/v1/scheduler");
        for (var round = 0; round < ROUNDS; round++) {
            report("sdk", () -> overLanes(endpoint, streamId));
            report("java.net.http", () -> overJdk(endpoint, streamId));
        }
        System.exit(0);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void report(String name, Work work) throws Exception {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var cpu = system.getProcessCpuTime();
        var time = System.nanoTime();
        work.run();
        System.out.printf(
                "%-14s %6.1f us CPU a call, %7.0f calls/s%n",
                name, (system.getProcessCpuTime() - cpu) / 1e3 / CALLS, CALLS / ((System.nanoTime() - time) / 1e9));
    }

    private static void overLanes(URI endpoint, StreamIdOfTheMaster stream) throws Exception {
        var free = new Semaphore(IN_FLIGHT);
        try (var lanes = new CallLanes(
                "lanes",
                IN_FLIGHT,
                new Requests(Encoding.PROTOBUF, ""),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                SSLContext.getDefault(),
                (id, reply) -> {
                    expect(202, reply.status());
                    free.release();
                })) {
            for (var i = 0; i < CALLS; i++) {
                free.acquire();
                lanes.send(i, endpoint, stream.id, stream.acknowledgement(i));
            }
            free.acquire(IN_FLIGHT);
        }
    }

    private static void overJdk(URI endpoint, StreamIdOfTheMaster stream) throws Exception {
        var free = new Semaphore(IN_FLIGHT);
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (var i = 0; i < CALLS; i++) {
            free.acquire();
            var request = HttpRequest.newBuilder(endpoint)
                    .header("Content-Type", Encoding.PROTOBUF.contentType())
                    .header("Mesos-Stream-Id", stream.id)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            stream.acknowledgement(i).toByteArray()))
                    .build();
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, failure) -> {
                // Seen once in some 100,000 calls: its pool closes a connection that is in use.
                if (failure != null) {
                    System.err.println(failure);
                } else {
                    expect(202, response.statusCode());
                }
                free.release();
            });
        }
        free.acquire(IN_FLIGHT);
        // A client that is collected breaks its last calls off.
        Reference.reachabilityFence(client);
    }

    private static void expect(int wanted, int status) {
        if (status != wanted) {
            System.err.println("status " + status);
            System.exit(1);
        }
    }

    /** A live subscription, and the calls that go with it. */
    private static final class StreamIdOfTheMaster {
        private final String id;
        private final FrameworkID framework;

        StreamIdOfTheMaster(String url) throws Exception {
            var subscription = Framework.builder().masters(url).name("cost").start(new Scheduler() {});
            subscription.awaitSubscribed(Duration.ofSeconds(10));
            framework = FrameworkID.newBuilder().setValue(subscription.id()).build();
            id = subscription.streamId();
        }

        Call acknowledgement(int number) {
            return Call.newBuilder()
                    .setFrameworkId(framework)
                    .setType(Call.Type.ACKNOWLEDGE)
                    .setAcknowledge(Call.Acknowledge.newBuilder()
                            .setAgentId(AgentID.newBuilder().setValue("5f6d7c0e-4d9f-4f0e-8c4e-1a2b3c4d5e6f-S0"))
                            .setTaskId(TaskID.newBuilder().setValue("task-" + number))
                            .setUuid(ByteString.copyFromUtf8("0123456789abcdef")))
                    .build();
        }
    }
}

package io.baton.benchmarks.failover;

import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.v1.CommandInfo;
import io.baton.v1.Filters;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A framework that fails over again and again, from master to master, while its old schedulers go on calling: with the
 * offers of the new one, and to kill its tasks. On plain HTTP, since no SDK would do that.
 */
public final class Takeovers {
    /**
     * What came of it.
     *
     * @param accepted calls of old schedulers that were not refused as such; there are to be none
     * @param running tasks that the newest schedulers launched and that still run; there are to be as many as takeovers
     * @param ends what was told of tasks that do not run
     */
    public record Outcome(List<String> accepted, long running, List<String> ends) {}

    private static final String ROLE = "taken-over";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int MAX_RECORD = 16 << 20;
    private static final int READ_BYTES = 64 << 10;
    private static final int OK = 200;
    private static final int REFUSED = 400;
    private static final int ACCEPTED = 202;
    private static final long PATIENCE_SECONDS = 60;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> urls;
    private final List<String> accepted = new ArrayList<>();
    private final List<String> ends = Collections.synchronizedList(new ArrayList<>());
    private FrameworkID id = FrameworkID.newBuilder().setValue("").build();

    private Takeovers(List<String> urls) {
        this.urls = urls;
    }

    /** Lets it fail over so often, each time to the next of the masters, and tears it down. */
    static Outcome run(List<String> urls, int times) throws IOException, InterruptedException {
        return new Takeovers(urls).run(times);
    }

    private Outcome run(int times) throws IOException, InterruptedException {
        var old = new Subscription(urls.get(0));
        id = old.await(Event::hasSubscribed).getSubscribed().getFrameworkId();
        for (int i = 0; i < times; i++) {
            var next = new Subscription(urls.get((i + 1) % urls.size()));
            next.await(Event::hasSubscribed);
            var offer = next.await(Event::hasOffers).getOffers().getOffers(0);
            refused(old, launch(offer, "old-" + i));
            refused(old, kill("new-" + (i - 1)));
            refused(old, call(Call.Type.SUPPRESS));
            old.awaitEnd();
            start(next, offer, "new-" + i);
            old = next;
        }
        long running = running(old, times);
        old.accepted(call(Call.Type.TEARDOWN));
        return new Outcome(List.copyOf(accepted), running, List.copyOf(ends));
    }

    /** Launches it; on another offer if the first is void, because its agent has got another owner meanwhile. */
    private static void start(Subscription newest, Offer offered, String task)
            throws IOException, InterruptedException {
        var offer = offered;
        while (!isStarted(newest, offer, task)) {
            offer = newest.await(Event::hasOffers).getOffers().getOffers(0);
        }
    }

    private static boolean isStarted(Subscription newest, Offer offer, String task)
            throws IOException, InterruptedException {
        newest.accepted(launch(offer, task));
        var first = newest.await(
                event -> event.getUpdate().getStatus().getTaskId().getValue().equals(task));
        return first.getUpdate().getStatus().getReason() != TaskStatus.Reason.REASON_INVALID_OFFERS;
    }

    private void refused(Subscription old, Call.Builder call) throws IOException, InterruptedException {
        int status = old.status(call);
        if (status != REFUSED) {
            accepted.add(call.getType() + ": " + status);
        }
    }

    /** Waits until as many tasks of the newest run, and asks for all. */
    private static long running(Subscription newest, int expected) throws IOException, InterruptedException {
        var running = new TreeSet<String>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (running.size() < expected && System.nanoTime() < end) {
            running.clear();
            newest.accepted(call(Call.Type.RECONCILE).setReconcile(Call.Reconcile.getDefaultInstance()));
            for (var event = newest.poll(); event != null; event = newest.poll()) {
                var status = event.getUpdate().getStatus();
                if (event.hasUpdate() && status.getState() == TaskState.TASK_RUNNING) {
                    running.add(status.getTaskId().getValue());
                }
            }
        }
        return running.stream().filter(task -> task.startsWith("new-")).count();
    }

    private static Call.Builder call(Call.Type type) {
        return Call.newBuilder().setType(type);
    }

    private static Call.Builder kill(String task) {
        var call = call(Call.Type.KILL);
        call.getKillBuilder().setTaskId(TaskID.newBuilder().setValue(task));
        return call;
    }

    private static Call.Builder launch(Offer offer, String task) {
        var info = TaskInfo.newBuilder()
                .setName(task)
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(offer.getAgentId())
                .setCommand(CommandInfo.newBuilder().setValue("sleep 600"));
        List.of("cpus", "mem")
                .forEach(name -> info.addResources(Resource.newBuilder()
                        .setName(name)
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(name.equals("cpus") ? 0.01 : 1))
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(ROLE))));
        var call = call(Call.Type.ACCEPT);
        call.getAcceptBuilder()
                .addOfferIds(offer.getId())
                .setFilters(Filters.newBuilder().setRefuseSeconds(0))
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(info)));
        return call;
    }

    /** One scheduler of the framework. */
    private final class Subscription {
        private final String url;
        private final String stream;
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        Subscription(String url) throws IOException, InterruptedException {
            this.url = url + "/api/v1/scheduler";
            var info = FrameworkInfo.newBuilder()
                    .setUser("root")
                    .setName("taken over")
                    .addRoles(ROLE)
                    .setFailoverTimeout(PATIENCE_SECONDS)
                    .addCapabilities(
                            FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE));
            var call = call(Call.Type.SUBSCRIBE);
            if (!id.getValue().isEmpty()) {
                info.setId(id);
                call.setFrameworkId(id);
            }
            call.getSubscribeBuilder().setFrameworkInfo(info);
            var answer = client.send(request(call).build(), BodyHandlers.ofInputStream());
            stream = answer.headers().firstValue("Mesos-Stream-Id").orElse("");
            if (answer.statusCode() != OK) {
                throw new IOException("SUBSCRIBE was answered " + answer.statusCode() + ": "
                        + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            var reader = new Thread(() -> read(answer.body()), "taken over " + stream);
            reader.setDaemon(true);
            reader.start();
        }

        private HttpRequest.Builder request(Call.Builder call) {
            return HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", PROTOBUF)
                    .header("Accept", PROTOBUF)
                    .POST(BodyPublishers.ofByteArray(call.build().toByteArray()));
        }

        private void read(InputStream body) {
            var decoder = new RecordIoDecoder(MAX_RECORD);
            var bytes = new byte[READ_BYTES];
            try (body) {
                for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
                    for (var record : decoder.feed(bytes, 0, count)) {
                        var event = Event.parseFrom(record);
                        note(event.getUpdate().getStatus());
                        events.add(event);
                    }
                }
            } catch (IOException broken) {
                System.err.println("a stream ended: " + broken.getMessage());
            } finally {
                ended.countDown();
            }
        }

        private void note(TaskStatus status) {
            if (status.getState().compareTo(TaskState.TASK_RUNNING) > 0
                    && status.getState() != TaskState.TASK_STAGING) {
                ends.add(status.getTaskId().getValue() + " " + status.getState() + " " + status.getReason() + ": "
                        + status.getMessage());
            }
        }

        /** @return the next event, within a second; null if there is none */
        Event poll() throws IOException, InterruptedException {
            var event = events.poll(1, TimeUnit.SECONDS);
            if (event != null && event.getUpdate().getStatus().hasUuid()) {
                var status = event.getUpdate().getStatus();
                var call = call(Call.Type.ACKNOWLEDGE);
                call.getAcknowledgeBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid());
                accepted(call);
            }
            return event;
        }

        Event await(Predicate<Event> which) throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (System.nanoTime() < end) {
                var event = poll();
                if (event != null && which.test(event)) {
                    return event;
                }
            }
            throw new IOException("nothing came on a new stream for " + PATIENCE_SECONDS + " s");
        }

        /** Waits until it was told of the other one, and closed. */
        void awaitEnd() throws IOException, InterruptedException {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("an old stream was not closed within " + PATIENCE_SECONDS + " s");
            }
            if (events.stream().noneMatch(Event::hasError)) {
                accepted.add("an old stream ended without an ERROR");
            }
        }

        int status(Call.Builder call) throws IOException, InterruptedException {
            var request = request(call.setFrameworkId(id)).header("Mesos-Stream-Id", stream);
            return client.send(request.build(), BodyHandlers.discarding()).statusCode();
        }

        /** A call of the newest one. */
        void accepted(Call.Builder call) throws IOException, InterruptedException {
            int status = status(call);
            if (status != ACCEPTED) {
                throw new IOException(call.getType() + " of the newest was answered " + status);
            }
        }
    }
}

package io.baton.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.protocol.codec.Encoding;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Consumer;

/** A scheduler that sends what it is told to, without a look at it. */
final class RawScheduler implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeMaster master;
    private final HttpResponse<InputStream> stream;
    private volatile FrameworkID id;

    private RawScheduler(FakeMaster master, FrameworkInfo info) throws IOException, InterruptedException {
        this.master = master;
        id = info.getId();
        var subscribe = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        if (info.hasId()) {
            subscribe.setFrameworkId(id);
        }
        stream = client.send(request(subscribe.build()).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
    }

    /** @param heard takes the events, on a thread of its own, until the stream ends */
    static RawScheduler subscribe(FakeMaster master, FrameworkInfo.Builder info, Consumer<Event> heard)
            throws IOException, InterruptedException {
        var scheduler = new RawScheduler(master, info.build());
        var thread = new Thread(() -> scheduler.listen(heard), "raw-scheduler");
        thread.setDaemon(true);
        thread.start();
        return scheduler;
    }

    private void listen(Consumer<Event> heard) {
        try (var in = stream.body()) {
            while (true) {
                int length = 0;
                for (int digit = in.read(); digit != '\n'; digit = in.read()) {
                    if (digit < 0) {
                        return;
                    }
                    length = 10 * length + digit - '0';
                }
                var event = Event.parseFrom(in.readNBytes(length));
                if (event.hasSubscribed()) {
                    id = event.getSubscribed().getFrameworkId();
                }
                heard.accept(event);
            }
        } catch (IOException ended) {
            // As tests have it.
        }
    }

    private HttpRequest.Builder request(Call call) {
        return HttpRequest.newBuilder(master.endpoint())
                .header("Content-Type", Encoding.PROTOBUF.contentType())
                .header("Accept", Encoding.PROTOBUF.contentType())
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.toByteArray()));
    }

    /** @return the status */
    int send(Call.Builder call) {
        try {
            var streamId = stream.headers().firstValue("Mesos-Stream-Id").orElseThrow();
            var request = request(call.setFrameworkId(id).build())
                    .header("Mesos-Stream-Id", streamId)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a call that is taken. */
    void call(Call.Builder call) {
        assertThat(send(call)).isBetween(200, 202);
    }

    @Override
    public void close() throws IOException {
        stream.body().close();
    }
}

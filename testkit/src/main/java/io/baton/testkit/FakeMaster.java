package io.baton.testkit;

import io.baton.testkit.http.HttpPort;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * A master in memory on a port of its own: real HTTP, made-up agents and tasks, a
 * state store in memory.
 *
 * <p>It offers what its agents have, runs what is launched as {@link Outcome}s say, and goes wrong as {@link Fault}s
 * say. What it does not have is in the {@linkplain io.baton.testkit package's} description. Thread-safe.
 */
public final class FakeMaster implements AutoCloseable {
    /**
     * How a master behaves.
     *
     * @param port 0 for any free one
     * @param heartbeat how often it sends heartbeats
     * @param resendAfter how long it waits for an acknowledgement before it sends an update again
     * @param principal whom it lets in; empty for everyone
     * @param secret the principal's password
     * @param tls to serve https with; null for http
     */
    public record Settings(
            int port, Duration heartbeat, Duration resendAfter, String principal, String secret, SSLContext tls) {
        /** As real masters: heartbeats every 15 s, updates again after 10 s; everyone is let in. */
        public static final Settings DEFAULTS =
                new Settings(0, Duration.ofSeconds(15), Duration.ofSeconds(10), "", "", null);

        /** The same on this port. */
        public Settings onPort(int number) {
            return new Settings(number, heartbeat, resendAfter, principal, secret, tls);
        }

        /** The same with this time between heartbeats. */
        public Settings heartbeat(Duration interval) {
            return new Settings(port, interval, resendAfter, principal, secret, tls);
        }

        /** The same with this wait for acknowledgements. */
        public Settings resendAfter(Duration wait) {
            return new Settings(port, heartbeat, wait, principal, secret, tls);
        }

        /** The same, letting in only this principal. */
        public Settings credentials(String name, String password) {
            return new Settings(port, heartbeat, resendAfter, name, password, tls);
        }

        /** The same over https. */
        public Settings tls(SSLContext context) {
            return new Settings(port, heartbeat, resendAfter, principal, secret, context);
        }
    }

    private final Settings settings;
    private final FakeCluster cluster;
    private final FakeStore store;
    private final boolean ownsCluster;
    private final CallLog log = new CallLog();
    private final SchedulerDoor door;
    private final HttpPort http;

    private FakeMaster(Settings settings, FakeCluster cluster, FakeStore store, boolean ownsCluster) {
        this.settings = settings;
        this.store = store;
        this.cluster = cluster;
        this.ownsCluster = ownsCluster;
        door = new SchedulerDoor(settings, cluster, log);
        http = new HttpPort(settings.port(), settings.tls(), (request, connection) -> {
            if (request.path().startsWith(FakeStore.PATH)) {
                store.handle(request, connection);
            } else {
                door.handle(request, connection);
            }
        });
        door.port(http.number());
    }

    /** A master on any free port, without agents. */
    public static FakeMaster start() {
        return start(Settings.DEFAULTS);
    }

    /** A master that behaves so. */
    public static FakeMaster start(Settings settings) {
        return new FakeMaster(settings, new FakeCluster(settings), new FakeStore(), true);
    }

    /** Another master of the same cluster, on another port, with faults and calls of its own. To be closed before this. */
    public FakeMaster peer() {
        return new FakeMaster(settings.onPort(0), cluster, store, false);
    }

    /** Its URL, {@code http://127.0.0.1:port}, or https with TLS. */
    public String url() {
        return (settings.tls() == null ? "http" : "https") + "://127.0.0.1:" + http.number();
    }

    /** The address of its scheduler API. */
    public URI endpoint() {
        return URI.create(url() + "/api/v1/scheduler");
    }

    /** Its port. */
    public int port() {
        return http.number();
    }

    /** Closes the port and breaks all connections; tasks are lost with the last master of a cluster. */
    @Override
    public void close() {
        http.close();
        if (ownsCluster) {
            cluster.close();
        }
    }

    // ---- agents and tasks

    /**
     * Adds an agent; what it has is offered.
     *
     * @return its id
     */
    public String addAgent(FakeAgent agent) {
        return cluster.addAgent(agent);
    }

    /** An agent is lost: its offers are rescinded, its tasks unreachable until {@link #returnAgent}. */
    public void loseAgent(String agentId) {
        cluster.loseAgent(agentId);
    }

    /**
     * An agent that was lost is back under its id. Its tasks have run on: one whose time is over ends.
     *
     * @throws IllegalArgumentException if it is not lost
     */
    public void returnAgent(String agentId) {
        cluster.returnAgent(agentId);
    }

    /** Takes back all offers. They are made again at once, under new ids. */
    public void rescindOffers() {
        cluster.rescindOffers();
    }

    /** Says what becomes of tasks launched from now on. Without it they all finish at once. */
    public void outcomes(Function<TaskInfo, Outcome> decide) {
        cluster.outcomes(decide);
    }

    /** A live task's state; null if there is no such task, or its end was acknowledged. */
    public TaskState taskState(String taskId) {
        return cluster.taskState(taskId);
    }

    /** Ids of the frameworks that are registered, connected or not. */
    public List<String> frameworkIds() {
        return cluster.frameworkIds();
    }

    /** The masters have no majority, or have it again: the state store refuses. */
    public void majority(boolean there) {
        store.majority(there);
    }

    // ---- what goes wrong

    /** Something is to go wrong with the next call of this type; after those that were said before. */
    public void onCall(Call.Type type, Fault fault) {
        door.onCall(type, fault);
    }

    /** Nothing more is to go wrong with calls. */
    public void clearFaults() {
        door.clearFaults();
    }

    /** Breaks all streams off. */
    public void dropStreams() {
        cluster.sinks().forEach(EventSink::breakOff);
    }

    /** Ends all streams in good order. */
    public void endStreams() {
        cluster.sinks().forEach(EventSink::end);
    }

    /** Whether heartbeats are sent. */
    public void heartbeats(boolean on) {
        cluster.heartbeats(on);
    }

    /** Refuses all calls for their stream id until the next subscription. */
    public void forgetStreamIds() {
        door.foreignStreamIds();
    }

    /**
     * Sends the update of a task that waits for its acknowledgement once more.
     *
     * @return false if there is none
     */
    public boolean repeatUpdate(String taskId) {
        return cluster.repeat(taskId);
    }

    /** Sends any event to all frameworks. */
    public void send(Event event) {
        cluster.sinks().forEach(sink -> sink.send(event));
    }

    /** Sends any bytes to all frameworks, as one chunk of their streams. */
    public void sendBytes(byte[] bytes) {
        cluster.sinks().forEach(sink -> sink.sendBytes(bytes));
    }

    // ---- what came

    /** The calls that came, in order; of very many only the latest 100,000. */
    public List<ReceivedCall> calls() {
        return log.all();
    }

    /** The calls of one type. */
    public List<ReceivedCall> calls(Call.Type type) {
        return log.of(type);
    }

    /** How many calls of one type came. */
    public int count(Call.Type type) {
        return log.count(type);
    }

    /**
     * Waits until so many calls of one type came.
     *
     * @return all of this type
     * @throws AssertionError if they do not come in time, saying what came
     */
    public List<ReceivedCall> awaitCalls(Call.Type type, int atLeast, Duration limit) throws InterruptedException {
        return log.await(type, atLeast, limit);
    }

    /** How many connections were made to it so far. */
    public long connections() {
        return http.accepted();
    }
}

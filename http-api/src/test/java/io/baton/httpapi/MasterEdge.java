package io.baton.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.FrameworkId;
import io.baton.core.membership.MasterAddress;
import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.operation.RegistryOperations;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.core.store.ValueStore;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.v1.Address;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.MasterInfo;
import io.baton.v1.master.Response;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A master's HTTP port on a free port, with a probe in place of all frameworks and a fixed state. */
public final class MasterEdge implements AutoCloseable {
    /** Long enough for a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    public static final String ID = "11111111-2222-3333-4444-555555555555";

    public final ActorTestKit kit;
    public final TestProbe<FrameworkProtocol> frameworks;
    public final TestProbe<AgentProtocol> agents;
    public final Queue<FrameworkId> heartbeats = new ConcurrentLinkedQueue<>();
    private final AtomicReference<String> problem = new AtomicReference<>();
    private final AtomicReference<String> readOnly = new AtomicReference<>();
    public final AtomicReference<ViewProtocol.StateView> state =
            new AtomicReference<>(States.view(States.empty(), List.of()));
    /** What masters have counted. */
    public final AtomicReference<ViewProtocol.Numbers> numbers = new AtomicReference<>(ViewProtocol.Numbers.NONE);
    /** Whoever wants to be told what changes, once for each time, and whoever no longer does. */
    public final BlockingQueue<ActorRef<Watched>> watchers = new LinkedBlockingQueue<>();

    public final BlockingQueue<ActorRef<Watched>> unwatched = new LinkedBlockingQueue<>();
    /** What the allocator was told. */
    public final List<AllocatorProtocol> allocatorAsked = new CopyOnWriteArrayList<>();

    /** Which updates of roles were asked for, and what is set. */
    public final List<RoleProtocol> rolesAsked = new CopyOnWriteArrayList<>();

    public final AtomicReference<RoleSettings> settings = new AtomicReference<>(RoleSettings.NONE);
    /** Empty as while it starts. */
    public final AtomicReference<RegistryOperations> operations = new AtomicReference<>();

    public final AtomicReference<MaintenanceDesk> maintenance = new AtomicReference<>();

    /** Empty as while it starts. */
    public final AtomicReference<ValueStore> store = new AtomicReference<>();

    /** Streams that have asked for their framework. */
    private final Set<String> asked = new HashSet<>();

    public final PrometheusRegistry registry = new PrometheusRegistry();
    public final FakeLog log = new FakeLog();
    public final HttpBinding binding;
    public final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public MasterEdge() {
        this(config());
    }

    public MasterEdge(HttpConfig config) {
        kit = ActorTestKit.create(ConfigFactory.load());
        frameworks = kit.createTestProbe(FrameworkProtocol.class);
        agents = kit.createTestProbe(AgentProtocol.class);
        var view = kit.spawn(Behaviors.receive(ViewProtocol.class)
                .onMessage(ViewProtocol.GetState.class, m -> {
                    m.replyTo().tell(state.get());
                    return Behaviors.same();
                })
                .onMessage(ViewProtocol.GetNumbers.class, m -> {
                    m.replyTo().tell(numbers.get());
                    return Behaviors.same();
                })
                .onMessage(ViewProtocol.Watch.class, m -> {
                    watchers.add(m.watcher());
                    m.watcher().tell(new Watched.Picture(state.get()));
                    return Behaviors.same();
                })
                .onMessage(ViewProtocol.Unwatch.class, m -> {
                    unwatched.add(m.watcher());
                    return Behaviors.same();
                })
                .build());
        var flags = new TreeMap<>(Map.of("port", "5050", "quorum", "1"));
        var count = new AtomicInteger();
        var ports = new MasterPorts(
                id -> frameworks.ref(),
                id -> agents.ref(),
                view,
                kit.spawn(FakeAllocator.create(allocatorAsked)),
                kit.spawn(FakeRoles.create(rolesAsked, settings)),
                master(),
                States.VERSION,
                Instant.now(),
                () -> new FrameworkId(String.format("%s-%04d", ID, count.getAndIncrement())),
                () -> List.of(new MasterAddress("127.0.0.1:5050", "127.0.0.1:5060")),
                () -> Optional.ofNullable(problem.get()),
                () -> Optional.ofNullable(readOnly.get()),
                registry,
                flags,
                () -> Map.of("allocator/mesos/allocation_runs", 7.0),
                log,
                () -> Optional.ofNullable(store.get()),
                () -> Optional.ofNullable(operations.get()),
                () -> Optional.ofNullable(maintenance.get()),
                heartbeats::add);
        try {
            binding = MasterHttp.bind(kit.system(), config, ports)
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            kit.shutdownTestKit();
            throw new IllegalStateException(e);
        }
    }

    public static HttpConfig config() {
        return HttpConfig.from(ConfigFactory.load()).at("127.0.0.1", 0);
    }

    private static MasterInfo master() {
        return MasterInfo.newBuilder()
                .setId(ID)
                .setIp(16777343)
                .setPort(0)
                .setPid("master@127.0.0.1:5050")
                .setHostname("127.0.0.1")
                .setVersion("1.12.0")
                .setAddress(Address.newBuilder()
                        .setHostname("127.0.0.1")
                        .setIp("127.0.0.1")
                        .setPort(0))
                .build();
    }

    public int port() {
        return binding.address().getPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    /** Posts JSON; more headers as name, value, name, value… */
    public HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return client.send(request(path, body, headers), BodyHandlers.ofString());
    }

    public HttpRequest request(String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
        request.setHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    public RawClient raw() throws Exception {
        return new RawClient(port());
    }

    /**
     * The next message to a framework, which must be of this type. A stream asks again while it hears nothing, on a slow
     * machine also in tests that are about something else: that is passed over.
     */
    public <T extends FrameworkProtocol> T expect(Class<T> type) {
        var message = frameworks.receiveMessage(PATIENCE);
        while (message instanceof FrameworkProtocol.Subscribe again
                && !asked.add(again.streamId())
                && !type.isInstance(again)) {
            message = frameworks.receiveMessage(PATIENCE);
        }
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    /** An entity that can be stopped. */
    public TestProbe<FrameworkProtocol> entity() {
        return kit.createTestProbe(FrameworkProtocol.class);
    }

    /** From now on there is one agent, with this id. */
    public void agentIsThere(String id) {
        var there = Response.GetState.newBuilder();
        there.getGetAgentsBuilder()
                .addAgentsBuilder()
                .setActive(true)
                .setVersion("1")
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("h")
                        .setId(AgentID.newBuilder().setValue(id)));
        state.set(States.view(there.build(), List.of()));
    }

    /** From now on nothing can be changed for this reason; null if it can. */
    public void readOnly(String why) {
        readOnly.set(why);
    }

    /** From now on the master is not ready for this reason; null if it is. */
    public void problem(String why) {
        problem.set(why);
    }

    /** Takes the subscriber, as the entity would, and hears how much its stream takes. */
    public void accept(FrameworkProtocol.Subscribe subscribe) {
        var event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
        event.getSubscribedBuilder().setFrameworkId(subscribe.id().toProto());
        subscribe.stream().tell(new StreamProtocol.Deliver(event.build()));
        expect(FrameworkProtocol.HasRoom.class);
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}

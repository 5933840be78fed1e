package io.baton.benchmarks.api;

import com.typesafe.config.ConfigFactory;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.httpapi.MasterHttp;
import io.baton.httpapi.MasterPorts;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.status.LogLevel;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.query.ViewActor;
import io.baton.v1.MasterInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.VersionInfo;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The HTTP edge and the read model of a master, with a cluster that does not exist, in a process of its own. Frameworks'
 * entities are stood in for: each answers RECONCILE with one update. It ends with its input; a line there says how many
 * tasks change in a second.
 */
public final class ApiServer {
    private static final int TICKS_PER_SECOND = 200;

    private final ActorRef<ViewProtocol> view;
    private final Facts facts;
    private final int tasks;
    private final AtomicInteger rate = new AtomicInteger();
    private int changed;

    private ApiServer(ActorRef<ViewProtocol> view, Facts facts, int tasks) {
        this.view = view;
        this.facts = facts;
        this.tasks = tasks;
    }

    /** @param args numbers of agents and of tasks */
    public static void main(String[] args) throws Exception {
        int agents = Integer.parseInt(args[0]);
        int tasks = Integer.parseInt(args[1]);
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "api", ConfigFactory.load());
        ActorRef<ViewProtocol> view = system.systemActorOf(
                ViewActor.create(Clock.systemUTC(), complete -> {}, new MasterMetrics(new PrometheusRegistry())),
                "view",
                Props.empty());
        ActorRef<FrameworkProtocol> entity = system.systemActorOf(entity(system.ignoreRef()), "entity", Props.empty());
        var facts = new Facts(agents);
        facts.tell(view, tasks);
        var binding = MasterHttp.bind(
                        system, HttpConfig.from(ConfigFactory.load()).at("127.0.0.1", 0), ports(system, view, entity))
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
        var server = new ApiServer(view, facts, tasks);
        var timer = Executors.newSingleThreadScheduledExecutor();
        timer.scheduleAtFixedRate(server::tick, 0, 1000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
        System.out.println("port " + binding.address().getPort());
        try (var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = orders.readLine(); line != null; line = orders.readLine()) {
                server.rate.set(Integer.parseInt(line));
            }
        }
        timer.shutdownNow();
        system.terminate();
    }

    private void tick() {
        int now = rate.get() / TICKS_PER_SECOND;
        for (int i = 0; i < now; i++) {
            boolean healthy = changed / tasks % 2 != 0;
            view.tell(new ViewProtocol.TaskSeen(facts.task(changed++ % tasks, healthy), false));
        }
    }

    private static Behavior<FrameworkProtocol> entity(RecipientRef<StreamProtocol> stream) {
        return Behaviors.receive(FrameworkProtocol.class)
                .onMessage(FrameworkProtocol.Subscribe.class, m -> {
                    var event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
                    event.getSubscribedBuilder().setFrameworkId(m.info().getId());
                    m.stream().tell(new StreamProtocol.Deliver(event.build()));
                    return entity(m.stream());
                })
                .onMessage(FrameworkProtocol.Invoke.class, m -> {
                    if (m.call().getType() == Call.Type.RECONCILE) {
                        stream.tell(new StreamProtocol.Deliver(update(m.call())));
                    }
                    m.replyTo().tell(new CallAnswer(202, ""));
                    return Behaviors.same();
                })
                .onAnyMessage(m -> Behaviors.same())
                .build();
    }

    private static Event update(Call call) {
        var event = Event.newBuilder().setType(Event.Type.UPDATE);
        event.getUpdateBuilder()
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(call.getReconcile().getTasks(0).getTaskId())
                        .setState(TaskState.TASK_RUNNING)
                        .setReason(TaskStatus.Reason.REASON_RECONCILIATION));
        return event.build();
    }

    private static MasterPorts ports(
            ActorSystem<?> system, ActorRef<ViewProtocol> view, ActorRef<FrameworkProtocol> entity) {
        var frameworks = new AtomicInteger();
        return new MasterPorts(
                id -> entity,
                id -> system.ignoreRef(),
                view,
                system.ignoreRef(),
                system.ignoreRef(),
                MasterInfo.newBuilder().setId("M").setIp(0).setPort(0).build(),
                VersionInfo.newBuilder().setVersion("1.0.0").build(),
                Instant.now(),
                () -> new FrameworkId("new-" + frameworks.incrementAndGet()),
                List::of,
                Optional::empty,
                Optional::empty,
                new PrometheusRegistry(),
                new TreeMap<>(),
                Map::of,
                new QuietLog(),
                Optional::empty,
                Optional::empty,
                Optional::empty,
                beat -> {});
    }

    private static final class QuietLog implements LogLevel {
        @Override
        public int level() {
            return 0;
        }

        @Override
        public void raise(int level, Duration time) {
            throw new UnsupportedOperationException("nothing here is logged");
        }
    }
}

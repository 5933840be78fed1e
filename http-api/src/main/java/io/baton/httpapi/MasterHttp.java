package io.baton.httpapi;

import io.baton.core.config.HostPort;
import io.baton.httpapi.files.FileSource;
import io.baton.httpapi.files.FilesApi;
import io.baton.httpapi.files.WithLog;
import io.baton.httpapi.legacy.LegacyApi;
import io.baton.httpapi.operator.AgentPlans;
import io.baton.httpapi.operator.ControlCalls;
import io.baton.httpapi.operator.Explanations;
import io.baton.httpapi.operator.Lists;
import io.baton.httpapi.operator.MaintenanceCalls;
import io.baton.httpapi.operator.MasterFacts;
import io.baton.httpapi.operator.OperatorApi;
import io.baton.httpapi.operator.ReadModel;
import io.baton.httpapi.operator.RegistryApi;
import io.baton.httpapi.operator.ResourceCalls;
import io.baton.httpapi.operator.RoleCalls;
import io.baton.httpapi.operator.Subscriptions;
import io.baton.httpapi.operator.TaskKills;
import io.baton.httpapi.operator.Teardowns;
import io.baton.httpapi.scheduler.SchedulerApi;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Gate;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.HttpServer;
import io.baton.httpapi.server.RateLimit;
import io.baton.httpapi.server.Router;
import io.baton.httpapi.status.HelpPage;
import io.baton.httpapi.status.LoggingApi;
import io.baton.httpapi.status.StatusApi;
import io.baton.httpapi.store.StoreApi;
import io.baton.httpapi.stream.LiveStreams;
import io.baton.httpapi.stream.OperatorEvents;
import io.baton.httpapi.stream.OperatorStream;
import io.baton.httpapi.stream.StreamSetup;
import io.baton.v1.MasterInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.SystemMaterializer;

/** The HTTP port of a master. */
public final class MasterHttp {
    /** How many seconds' worth of subscriptions may come at once: after a failover all of them do. */
    private static final int SUBSCRIPTION_BURST_SECONDS = 10;

    private static final String SCHEDULER = "/api/v1/scheduler";

    /** What Mesos calls the log of a master. */
    private static final String LOG = "/master/log";

    private MasterHttp() {}

    /**
     * Serves all of a master's APIs.
     *
     * @return fails with {@link io.baton.httpapi.server.PortTakenException}, whose text is for the operator, if the
     *     port or address cannot be had
     */
    public static CompletionStage<HttpBinding> bind(ActorSystem<?> system, HttpConfig config, MasterPorts ports) {
        var metrics = new HttpMetrics(ports.registry());
        var master = new AtomicReference<>(ports.master());
        var router = routes(system, config, ports, metrics, master::get);
        return HttpServer.bind(system, config, router, metrics).thenApply(binding -> {
            master.updateAndGet(info -> withPort(info, binding.address().getPort()));
            return binding;
        });
    }

    static MasterInfo withPort(MasterInfo info, int port) {
        var out = info.toBuilder();
        if (info.getPort() == 0) {
            out.setPort(port);
        }
        if (info.hasAddress() && info.getAddress().getPort() == 0) {
            out.getAddressBuilder().setPort(port);
        }
        if (!info.hasPid()) { // With the address, which clients read out of it; the name stands elsewhere.
            var ip = info.getAddress().getIp();
            out.setPid("master@" + HostPort.of(ip.isEmpty() ? info.getHostname() : ip, out.getPort()));
        }
        return out.build();
    }

    /** What the edge itself has counted, under Mesos's names, unless the process knows better. */
    private static Map<String, Double> counters(MasterPorts ports, HttpMetrics metrics, ReadModel reads) {
        var counters = new HashMap<String, Double>();
        counters.put("master/dropped_messages", metrics.answered("POST " + SCHEDULER, 4));
        counters.put("master/http_cache_hits", (double) reads.reused());
        counters.put(
                "master/operator_event_stream_subscribers",
                metrics.streams().labelValues(OperatorStream.KIND).get());
        counters.putAll(ports.counters().get());
        return counters;
    }

    private static Router routes(
            ActorSystem<?> system,
            HttpConfig config,
            MasterPorts ports,
            HttpMetrics metrics,
            Supplier<MasterInfo> master) {
        var callTimeout = config.timeouts().call();
        var bodies = new Bodies(config, SystemMaterializer.get(system).materializer());
        var reads = new ReadModel(system, ports.view(), callTimeout, ports.readOnly());
        var facts = new MasterFacts(
                master,
                ports.version(),
                ports.startTime(),
                ports.flags(),
                () -> counters(ports, metrics, reads),
                ports.log());
        var scheduler = new SchedulerApi(
                system,
                ports.frameworks(),
                ports.newFrameworkIds(),
                ports.readOnly(),
                new StreamSetup(
                        config.streams(),
                        config.timeouts().subscribe(),
                        master,
                        new LiveStreams(),
                        metrics,
                        ports.heartbeat()),
                bodies,
                subscriptionLimit(config),
                callTimeout);
        var roles = new RoleCalls(system, ports.roles(), reads, callTimeout);
        var resources = new ResourceCalls(system, ports.agents(), reads, bodies, callTimeout);
        var teardowns = new Teardowns(system, ports.frameworks(), bodies, callTimeout);
        var plans = new AgentPlans(system, ports.agents(), reads, callTimeout);
        var maintenance = new MaintenanceCalls(ports.maintenance(), reads, bodies);
        var control = new ControlCalls(roles, resources, teardowns, plans, maintenance, ports.log());
        var log = new WithLog(LOG, ports.log()::file, FileSource.NONE);
        var files = new FilesApi(system, log, config.files(), metrics);
        var operator =
                new OperatorApi(reads, control, facts, bodies, subscriptions(system, config, ports, metrics), files);
        var router = new Router(
                        metrics,
                        "/master",
                        new Gate(config.authentication()),
                        config.browsers(),
                        Set.of(ports.master().getHostname()))
                .postBare(SCHEDULER, scheduler)
                .post("/api/v1", operator)
                .postBelow("/api/v1/", operator)
                .postBelow(TaskKills.PATH, new TaskKills(system, ports.frameworks(), callTimeout))
                .post("/teardown", teardowns)
                .get("/api/v1/explain", new Explanations(system, ports.allocator(), callTimeout)::explain);
        new Lists(reads, ports.masters()).addTo(router);
        new StoreApi(system, ports.store(), bodies).addTo(router);
        new RegistryApi(system, ports.operations(), ports.problem(), bodies).addTo(router);
        resources.addTo(router);
        maintenance.addTo(router);
        roles.addTo(router, bodies);
        files.addTo(router);
        new LegacyApi(reads, roles, facts, log::attached).addTo(router);
        new LoggingApi(ports.log()).addTo(router);
        new StatusApi(ports.registry(), ports.version(), ports.problem()).addTo(router);
        new HelpPage("master", ports.version()).addTo(router);
        return router;
    }

    private static RateLimit subscriptionLimit(HttpConfig config) {
        int perSecond = config.limits().subscriptionsPerSecond();
        return new RateLimit(perSecond, perSecond * SUBSCRIPTION_BURST_SECONDS, System::nanoTime);
    }

    private static Subscriptions subscriptions(
            ActorSystem<?> system, HttpConfig config, MasterPorts ports, HttpMetrics metrics) {
        var events = system.systemActorOf(
                OperatorEvents.create(ports.view(), config.streams().heartbeat()),
                "operator-events-" + UUID.randomUUID(),
                Props.empty());
        var streams = new OperatorStream.Setup(
                events, config.streams(), config.timeouts().subscribe(), metrics);
        return new Subscriptions(streams, subscriptionLimit(config));
    }
}

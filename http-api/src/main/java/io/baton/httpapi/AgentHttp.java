package io.baton.httpapi;

import io.baton.httpapi.agent.AgentApi;
import io.baton.httpapi.agent.AgentFacts;
import io.baton.httpapi.agent.ContainerMetrics;
import io.baton.httpapi.executor.ExecutorApi;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Gate;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.HttpServer;
import io.baton.httpapi.server.Router;
import io.baton.httpapi.status.HelpPage;
import io.baton.httpapi.status.LoggingApi;
import io.baton.httpapi.status.StatusApi;
import io.baton.httpapi.stream.ExecutorStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.SystemMaterializer;

/** The HTTP port of an agent. */
public final class AgentHttp {
    private AgentHttp() {}

    /**
     * Serves all of an agent's APIs.
     *
     * @return fails with {@link io.baton.httpapi.server.PortTakenException}, whose text is for the operator, if the
     *     port or address cannot be had
     */
    public static CompletionStage<HttpBinding> bind(ActorSystem<?> system, HttpConfig config, AgentPorts ports) {
        var metrics = new HttpMetrics(ports.registry());
        var facts = new AgentFacts(
                ports.snapshot(),
                ports.picture(),
                ports.usage(),
                ports.version(),
                ports.startTime(),
                ports.flags(),
                ports.log(),
                ports.host());
        var router = new Router(
                metrics, "/slave(1)", new Gate(config.authentication(), ports.tokens()), config.browsers(), Set.of());
        new AgentApi(system, config, facts, ports.sandboxes(), ports.containers(), metrics).addTo(router);
        var bodies = new Bodies(config, SystemMaterializer.get(system).materializer());
        router.postBare(
                "/api/v1/executor",
                new ExecutorApi(
                        ports.executors(),
                        new ExecutorStream.Setup(config.streams(), metrics),
                        bodies,
                        config.timeouts().call()));
        new LoggingApi(ports.log()).addTo(router);
        var usage = new ContainerMetrics(ports.snapshot(), ports.registry());
        new StatusApi(ports.registry(), ports.version(), () -> problem(ports), () -> ports.usage()
                        .get()
                        .thenAccept(usage::set))
                .addTo(router);
        new HelpPage("agent", ports.version()).addTo(router);
        return HttpServer.bind(system, config, router, metrics);
    }

    /**
     * Whether the port could be had at this moment: for an agent that has something to do before it opens it.
     *
     * @throws io.baton.httpapi.server.PortTakenException whose text is for the operator, if it cannot
     */
    public static void tryPort(HttpConfig config) {
        HttpServer.tryPort(config.host(), config.port());
    }

    private static Optional<String> problem(AgentPorts ports) {
        return ports.snapshot().get().registered()
                ? Optional.empty()
                : Optional.of("no master has taken this agent in");
    }
}

package io.baton.httpapi.agent;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.httpapi.files.FilesApi;
import io.baton.httpapi.files.Sandboxes;
import io.baton.httpapi.files.WithLog;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.Router;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.SystemMaterializer;

/** All of an agent's API but what masters have too. */
public final class AgentApi {
    private final AgentCalls calls;
    private final FilesApi files;
    private final AgentLegacy legacy;

    /**
     * @param sandboxes the directory below which all sandboxes are
     * @param containers takes what is wanted of nested containers; never blocks
     */
    public AgentApi(
            ActorSystem<?> system,
            HttpConfig config,
            AgentFacts facts,
            Path sandboxes,
            Consumer<ContainerProtocol> containers,
            HttpMetrics metrics) {
        var materializer = SystemMaterializer.get(system).materializer();
        var log = new WithLog("/slave/log", facts.log()::file, new Sandboxes(sandboxes));
        this.files = new FilesApi(system, log, config.files(), metrics);
        var attached =
                new ContainerApi(containers, materializer, config.timeouts().body());
        this.calls = new AgentCalls(facts, files, attached, new Bodies(config, materializer));
        this.legacy = new AgentLegacy(facts, log::attached);
    }

    public void addTo(Router router) {
        router.postBare("/api/v1", calls)
                .postBelow("/api/v1/", calls)
                .postBare(
                        "/api/v1/resource_provider",
                        exchange -> CompletableFuture.completedFuture(AgentCalls.NO_PROVIDERS.response()));
        files.addTo(router);
        legacy.addTo(router);
    }
}

package io.baton.httpapi;

import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Gate;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.HttpBinding;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.server.HttpServer;
import io.baton.httpapi.server.Router;
import io.baton.httpapi.status.StatusApi;
import io.baton.v1.VersionInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;

/** The HTTP port of a master that has not yet found the others: everything is answered 503, but who asks whether it lives. */
public final class WaitingHttp {
    private WaitingHttp() {}

    /**
     * Opens the port, until somebody terminates what it returns.
     *
     * @param why for whoever asks anything
     * @return fails with {@link io.baton.httpapi.server.PortTakenException}, whose text is for the operator, if the
     *     port or address cannot be had
     */
    public static CompletionStage<HttpBinding> bind(
            ActorSystem<?> system, HttpConfig config, VersionInfo version, String why) {
        var registry = new PrometheusRegistry();
        var metrics = new HttpMetrics(registry);
        Handler later =
                exchange -> CompletableFuture.completedFuture(Refusal.later(why).response());
        var router = new Router(metrics, "/master", Gate.OPEN, config.browsers(), Set.of())
                .below("GET", "/", later)
                .below("POST", "/", later)
                .below("PUT", "/", later)
                .below("DELETE", "/", later);
        new StatusApi(registry, version, () -> Optional.of(why)).addTo(router);
        return HttpServer.bind(system, config, router, metrics);
    }
}

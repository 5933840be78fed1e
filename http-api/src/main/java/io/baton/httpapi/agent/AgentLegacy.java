package io.baton.httpapi.agent;

import io.baton.core.config.HostPort;
import io.baton.core.task.AgentCapabilities;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.legacy.HostStats;
import io.baton.httpapi.legacy.LegacyResources;
import io.baton.httpapi.legacy.LegacyRoles;
import io.baton.httpapi.legacy.LegacyTask;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.Padding;
import io.baton.httpapi.server.Router;
import io.baton.httpapi.status.StatusApi;
import io.baton.v1.FrameworkInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The GET endpoints of an agent that are older than the v1 API. A task counts as an executor of its own. */
final class AgentLegacy {
    private static final double MILLIS_PER_SECOND = 1000;

    private final AgentFacts facts;
    private final Supplier<Map<String, String>> attached;

    /** @param attached names of files that are no sandboxes, and where they are */
    AgentLegacy(AgentFacts facts, Supplier<Map<String, String>> attached) {
        this.facts = facts;
        this.attached = attached;
    }

    void addTo(Router router) {
        both(router, "/state", exchange -> facts.picture()
                .get()
                .thenCompose(now -> answer(exchange, json -> state(json, now))));
        add(router, "/flags", json -> json.object(() -> flags(json)));
        both(router, "/containers", exchange -> containers(exchange, true));
        both(router, "/monitor/statistics", exchange -> containers(exchange, false));
        add(
                router,
                "/metrics/snapshot",
                json -> json.object(() -> AgentMetrics.of(facts, Instant.now()).forEach(json::field)));
        add(router, "/files/debug", this::sandboxes);
        router.get("/system/stats.json", exchange -> answer(exchange, HostStats::write));
    }

    /** Under its name, and under that with {@code .json} at its end, which older tools use. */
    private static void both(Router router, String path, Handler handler) {
        router.get(path, handler).get(path + ".json", handler);
    }

    private static void add(Router router, String path, Consumer<JsonText> writer) {
        both(router, path, exchange -> answer(exchange, writer));
    }

    private static CompletionStage<HttpResponse> answer(Exchange exchange, Consumer<JsonText> writer) {
        return CompletableFuture.completedFuture(Padding.of(exchange).answer(JsonText.write(writer)));
    }

    /** Which paths {@code /files/} serves, and where they are. */
    private void sandboxes(JsonText json) {
        var snapshot = facts.snapshot().get();
        var paths = new TreeMap<>(attached.get());
        Stream.concat(ExecutorView.live(snapshot).stream(), ExecutorView.over(snapshot).stream())
                .map(view -> view.executor().directory())
                .forEach(directory -> paths.put(directory, directory));
        paths.remove("");
        json.object(() -> paths.forEach(json::field));
    }

    private CompletionStage<HttpResponse> containers(Exchange exchange, boolean whole) {
        var wanted = whole ? exchange.query().text("container_id") : Optional.<String>empty();
        return facts.picture()
                .get()
                .thenCombine(
                        facts.usage().get(),
                        (now, usage) -> answer(
                                exchange,
                                json -> Containers.write(
                                        json,
                                        now,
                                        new Containers.Measured(usage, facts.host(), Instant.now()),
                                        whole,
                                        wanted)))
                .thenCompose(answer -> answer);
    }

    private void flags(JsonText json) {
        json.object("flags", () -> facts.flags().forEach(json::field));
    }

    private void state(JsonText json, AgentSnapshot snapshot) {
        var info = snapshot.agent();
        json.object(() -> {
            StatusApi.write(json, facts.version());
            json.field("start_time", facts.startTime().toEpochMilli() / MILLIS_PER_SECOND)
                    .field("id", info.getId().getValue())
                    .field("pid", "slave(1)@" + HostPort.of(facts.host().ip(), info.getPort()))
                    .field("hostname", info.getHostname());
            LegacyResources.capabilities(json, AgentCapabilities.ALL);
            if (info.hasDomain()) {
                json.field("domain", info.getDomain());
            }
            snapshot.drain().ifPresent(drain -> json.field("drain_config", drain.config())
                    .field("estimated_drain_start_time_seconds", drain.since().getEpochSecond()));
            LegacyResources.write(json, "resources", snapshot.total());
            LegacyResources.reservations(json, "", snapshot.total());
            LegacyResources.reservationsFull(json, snapshot.total());
            LegacyResources.reservations(
                    json,
                    "_allocated",
                    ExecutorView.live(snapshot).stream()
                            .flatMap(view -> view.held().stream())
                            .toList());
            LegacyResources.attributes(json, info.getAttributesList());
            snapshot.master().ifPresent(master -> json.field("master_hostname", master));
            facts.log()
                    .file()
                    .ifPresent(file -> json.field(
                            "log_dir", file.toAbsolutePath().getParent().toString()));
            flags(json);
            json.array("frameworks", snapshot.frameworks(), framework -> framework(json, framework, snapshot));
            json.array(
                    "completed_frameworks",
                    snapshot.completedFrameworks(),
                    framework -> framework(json, framework, snapshot));
        });
    }

    private static void framework(JsonText json, FrameworkInfo info, AgentSnapshot snapshot) {
        var id = info.getId().getValue();
        Function<List<ExecutorView>, List<ExecutorView>> mine =
                views -> views.stream().filter(v -> v.frameworkId().equals(id)).toList();
        json.object(() -> {
            json.field("id", id)
                    .field("name", info.getName())
                    .field("user", info.getUser())
                    .field("failover_timeout", info.getFailoverTimeout())
                    .field("checkpoint", info.getCheckpoint())
                    .field("hostname", info.getHostname());
            if (info.hasPrincipal()) {
                json.field("principal", info.getPrincipal());
            }
            LegacyRoles.ofFramework(json, info);
            json.array("executors", mine.apply(ExecutorView.live(snapshot)), view -> executor(json, view));
            json.array("completed_executors", mine.apply(ExecutorView.over(snapshot)), view -> executor(json, view));
        });
    }

    private static void executor(JsonText json, ExecutorView view) {
        var executor = view.executor();
        json.object(() -> {
            json.field("id", view.id())
                    .field("name", executor.info().getName())
                    .field("source", executor.info().getSource())
                    .field("container", executor.containerId())
                    .field("directory", executor.directory());
            LegacyResources.write(json, "resources", view.held());
            LegacyResources.role(json, executor.info().getResourcesList());
            LegacyTask.labels(json, executor.info().hasLabels(), executor.info().getLabels());
            if (executor.info().hasType()) {
                json.field("type", executor.info().getType().name());
            }
            json.array("tasks", view.launched(), t -> LegacyTask.write(json, t.task()));
            json.array("queued_tasks", view.queued(), t -> LegacyTask.queued(json, t.task(), view.own()));
            json.array("completed_tasks", view.over(), t -> LegacyTask.write(json, t.task()));
        });
    }
}

package io.baton.httpapi.legacy;

import io.baton.core.config.HostPort;
import io.baton.core.protocol.RoleSettings;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.operator.MasterFacts;
import io.baton.httpapi.operator.MasterMetrics;
import io.baton.httpapi.operator.ReadModel;
import io.baton.httpapi.operator.RoleCalls;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.Padding;
import io.baton.httpapi.server.Router;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The GET endpoints of a master that are older than the v1 API. */
public final class LegacyApi {
    private final ReadModel reads;
    private final RoleCalls roles;
    private final MasterFacts facts;
    private final LegacyPieces pieces = LegacyPieces.create();

    private final Supplier<Map<String, String>> files;

    /** @param files names of those that {@code /files/} shows, and where they are */
    public LegacyApi(ReadModel reads, RoleCalls roles, MasterFacts facts, Supplier<Map<String, String>> files) {
        this.files = files;
        this.reads = reads;
        this.roles = roles;
        this.facts = facts;
    }

    public void addTo(Router router) {
        add(router, "/state", exchange -> read(exchange, "state", (state, json) -> state.state(json, facts)));
        add(
                router,
                "/state-summary",
                exchange -> read(exchange, "summary", (state, json) -> state.summary(json, facts)));
        add(router, "/slaves", this::slaves);
        add(router, "/frameworks", this::frameworks);
        add(router, "/tasks", this::tasks);
        add(router, "/roles", this::roles);
        add(router, "/metrics/snapshot", this::metrics);
        add(
                router,
                "/flags",
                exchange -> known(
                        exchange,
                        json -> json.object(
                                () -> json.object("flags", () -> facts.flags().forEach(json::field)))));
        add(router, "/weights", exchange -> set(exchange, LegacyRoles::weights));
        add(router, "/quota", exchange -> set(exchange, (settings, json) -> json.message(RoleCalls.quotas(settings))));
        add(
                router,
                "/files/debug",
                exchange ->
                        known(exchange, json -> json.object(() -> files.get().forEach(json::field))));
        router.get("/system/stats.json", exchange -> known(exchange, HostStats::write));
        router.get("/redirect", this::redirect);
    }

    /** Under its name, and under that with {@code .json} at its end, which older tools use. */
    private static void add(Router router, String path, Handler handler) {
        router.get(path, handler).get(path + ".json", handler);
    }

    /**
     * @param question with the parameters that are heeded, the same for whoever is to get the same answer
     */
    private CompletionStage<HttpResponse> read(
            Exchange exchange, String question, BiConsumer<LegacyState, JsonText> writer) {
        var padding = Padding.of(exchange);
        return reads.taggedAnswer(
                exchange,
                padding.function() + " " + question,
                view -> padding.answer(JsonText.write(json -> writer.accept(new LegacyState(view, pieces), json))));
    }

    private CompletionStage<HttpResponse> roles(Exchange exchange) {
        var padding = Padding.of(exchange);
        return roles.table(table -> padding.answer(JsonText.write(json -> LegacyRoles.roles(table, json))));
    }

    private CompletionStage<HttpResponse> set(Exchange exchange, BiConsumer<RoleSettings, JsonText> writer) {
        var padding = Padding.of(exchange);
        return roles.settings(settings -> padding.answer(JsonText.write(json -> writer.accept(settings, json))));
    }

    private static CompletionStage<HttpResponse> known(Exchange exchange, Consumer<JsonText> writer) {
        return CompletableFuture.completedFuture(Padding.of(exchange).answer(JsonText.write(writer)));
    }

    private CompletionStage<HttpResponse> slaves(Exchange exchange) {
        var id = exchange.query().text("slave_id").orElse("");
        return read(exchange, "slaves " + id, (state, json) -> state.slaves(json, id));
    }

    private CompletionStage<HttpResponse> frameworks(Exchange exchange) {
        var id = exchange.query().text("framework_id").orElse("");
        return read(
                exchange,
                "frameworks " + id,
                (state, json) -> json.object(() -> {
                    state.frameworkLists(json, id);
                    json.array("unregistered_frameworks", List.<String>of(), json::text);
                }));
    }

    private CompletionStage<HttpResponse> tasks(Exchange exchange) {
        var query = exchange.query();
        var page = TaskPage.of(query);
        var framework = query.text("framework_id").orElse("");
        var task = query.text("task_id").orElse("");
        return read(
                exchange,
                "tasks " + page + " " + framework.length() + framework + " " + task,
                (state, json) -> state.tasks(json, framework, task, page));
    }

    private CompletionStage<HttpResponse> metrics(Exchange exchange) {
        var padding = Padding.of(exchange);
        return reads.numbers((view, numbers) -> padding.answer(JsonText.write(json -> json.object(
                () -> MasterMetrics.of(view, numbers, facts, Instant.now()).forEach(json::field)))));
    }

    /** Every master serves every call, so each of them is its own leader. Without a scheme, as clients expect. */
    private CompletionStage<HttpResponse> redirect(Exchange exchange) {
        var master = facts.master().get();
        var where = "//" + HostPort.of(master.getHostname(), master.getPort());
        return CompletableFuture.completedFuture(
                Replies.ok().withStatus(307).addHeader(RawHeader.create("Location", where)));
    }
}

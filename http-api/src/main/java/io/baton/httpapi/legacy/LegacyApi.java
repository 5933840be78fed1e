package io.baton.httpapi.legacy;

import io.baton.core.protocol.RoleSettings;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.operator.MasterFacts;
import io.baton.httpapi.operator.MasterMetrics;
import io.baton.httpapi.operator.ReadModel;
import io.baton.httpapi.operator.RoleCalls;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Router;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The GET endpoints of a master that are older than the v1 API. */
public final class LegacyApi {
    private final ReadModel reads;
    private final RoleCalls roles;
    private final MasterFacts facts;

    public LegacyApi(ReadModel reads, RoleCalls roles, MasterFacts facts) {
        this.reads = reads;
        this.roles = roles;
        this.facts = facts;
    }

    public void addTo(Router router) {
        router.get("/state", exchange -> read(exchange, (state, json) -> state.state(json, facts)))
                .get("/state.json", exchange -> read(exchange, (state, json) -> state.state(json, facts)))
                .get("/state-summary", exchange -> read(exchange, (state, json) -> state.summary(json, facts)))
                .get("/slaves", this::slaves)
                .get("/frameworks", this::frameworks)
                .get("/tasks", this::tasks)
                .get("/roles", this::roles)
                .get("/metrics/snapshot", this::metrics)
                .get(
                        "/flags",
                        exchange -> known(
                                exchange,
                                json -> json.object(() ->
                                        json.object("flags", () -> facts.flags().forEach(json::field)))))
                .get("/weights", exchange -> set(exchange, LegacyRoles::weights))
                .get("/quota", exchange -> set(exchange, LegacyRoles::quotas))
                .get("/redirect", this::redirect);
    }

    private CompletionStage<HttpResponse> read(Exchange exchange, BiConsumer<LegacyState, JsonText> writer) {
        var padding = Padding.of(exchange);
        return reads.answer(view -> padding.answer(JsonText.write(json -> writer.accept(new LegacyState(view), json))));
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
        return read(exchange, (state, json) -> state.slaves(json, id));
    }

    private CompletionStage<HttpResponse> frameworks(Exchange exchange) {
        var id = exchange.query().text("framework_id").orElse("");
        return read(exchange, (state, json) -> json.object(() -> state.frameworkLists(json, id)));
    }

    private CompletionStage<HttpResponse> tasks(Exchange exchange) {
        var query = exchange.query();
        var page = TaskPage.of(query);
        var framework = query.text("framework_id").orElse("");
        var task = query.text("task_id").orElse("");
        return read(exchange, (state, json) -> state.tasks(json, framework, task, page));
    }

    private CompletionStage<HttpResponse> metrics(Exchange exchange) {
        var padding = Padding.of(exchange);
        return reads.answer(view -> padding.answer(JsonText.write(json ->
                json.object(() -> MasterMetrics.of(view, facts, Instant.now()).forEach(json::field)))));
    }

    /** Every master serves every call, so each of them is its own leader. Without a scheme, as clients expect. */
    private CompletionStage<HttpResponse> redirect(Exchange exchange) {
        var master = facts.master().get();
        var host = master.getHostname();
        var where = "//" + (host.contains(":") ? "[" + host + "]" : host) + ":" + master.getPort();
        return CompletableFuture.completedFuture(
                Replies.ok().withStatus(307).addHeader(RawHeader.create("Location", where)));
    }
}

package io.baton.httpapi.operator;

import io.baton.core.membership.MasterAddress;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Router;
import io.baton.protocol.codec.Encoding;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Our own lists, {@code GET /api/v1/agents} and so on: what the v1 API says of each thing, without a call. */
public final class Lists {
    private final ReadModel reads;
    private final Supplier<List<MasterAddress>> masters;

    public Lists(ReadModel reads, Supplier<List<MasterAddress>> masters) {
        this.reads = reads;
        this.masters = masters;
    }

    public void addTo(Router router) {
        router.get("/api/v1/masters", this::masters)
                .get("/api/v1/agents", this::agents)
                .get("/api/v1/frameworks", this::frameworks)
                .get("/api/v1/tasks", this::tasks)
                .get("/api/v1/offers", this::offers);
    }

    /** Every master: who knows one knows all. */
    private CompletionStage<HttpResponse> masters(Exchange exchange) {
        return CompletableFuture.completedFuture(Replies.json(JsonText.write(json -> json.object(() -> json.array(
                "masters",
                masters.get(),
                master -> json.object(() -> json.field("http", master.http()).field("link", master.link())))))));
    }

    private CompletionStage<HttpResponse> agents(Exchange exchange) {
        return reads.taggedAnswer(
                exchange,
                "list of agents",
                view -> Replies.message(Encoding.JSON, view.state().getGetAgents()));
    }

    private CompletionStage<HttpResponse> frameworks(Exchange exchange) {
        return reads.taggedAnswer(
                exchange,
                "list of frameworks",
                view -> Replies.message(Encoding.JSON, view.state().getGetFrameworks()));
    }

    private CompletionStage<HttpResponse> tasks(Exchange exchange) {
        return reads.taggedAnswer(
                exchange,
                "list of tasks",
                view -> Replies.message(Encoding.JSON, view.state().getGetTasks()));
    }

    private CompletionStage<HttpResponse> offers(Exchange exchange) {
        return reads.taggedAnswer(
                exchange,
                "list of offers",
                view -> Replies.json(
                        JsonText.write(json -> json.object(() -> json.array("offers", view.offers(), json::message)))));
    }
}

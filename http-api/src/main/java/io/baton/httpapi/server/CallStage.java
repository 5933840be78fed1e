package io.baton.httpapi.server;

import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.error.Refusal;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection, one after the other. An answer that is known at once costs no hop. */
final class CallStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {
    private static final Logger LOG = LoggerFactory.getLogger(CallStage.class);

    /** Answers that anybody can get. */
    private static final Set<Integer> TO_STRANGERS = Set.of(401, 403, 404, 429);

    private static final HttpHeader CLOSE = org.apache.pekko.http.javadsl.model.headers.Connection.create("close");

    private final Inlet<HttpRequest> in = Inlet.create("call.in");
    private final Outlet<HttpResponse> out = Outlet.create("call.out");
    private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
    private final Router router;
    private final Connection connection;

    CallStage(Router router, Connection connection) {
        this.router = router;
        this.connection = connection;
    }

    @Override
    public FlowShape<HttpRequest, HttpResponse> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private record Outcome(HttpResponse response, Throwable failure) {}

    private final class Logic extends GraphStageLogic {
        private AsyncCallback<Outcome> later;
        private HttpMetrics.Route numbers;
        private long started;
        private boolean busy;

        Logic() {
            super(shape);
            setHandler(in, new FromClient());
            setHandler(out, new ToClient());
        }

        @Override
        public void preStart() {
            later = createAsyncCallback(this::finish);
        }

        private void call(HttpRequest request) {
            busy = true;
            started = System.nanoTime();
            var answer = router.answer(request, connection);
            numbers = answer.numbers();
            if (answer.response() instanceof CompletableFuture<HttpResponse> future
                    && future.isDone()
                    && !future.isCompletedExceptionally()) {
                finish(new Outcome(future.join(), null));
            } else {
                answer.response().whenComplete((response, failure) -> later.invoke(new Outcome(response, failure)));
            }
        }

        private void finish(Outcome outcome) {
            var response = outcome.response();
            if (outcome.failure() != null) {
                response = refusalOf(outcome.failure()).response();
            }
            busy = false;
            numbers.count(response.status().intValue(), System.nanoTime() - started);
            boolean large = LargeBodies.isLarge(response);
            connection.answer(
                    large || !response.entity().isStrict(),
                    !TO_STRANGERS.contains(response.status().intValue()));
            if (large) {
                response = LargeBodies.inParts(response, connection::streamEnded);
            }
            push(out, connection.closing() ? response.addHeader(CLOSE) : response);
            if (isClosed(in)) {
                complete(out);
            }
        }

        private Refusal refusalOf(Throwable failure) {
            var cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof BadParameterException wrong) {
                return Refusal.badRequest(String.valueOf(wrong.getMessage()));
            }
            LOG.error("a request could not be answered", failure);
            return Refusal.INTERNAL;
        }

        private final class FromClient extends AbstractInHandler {
            @Override
            public void onPush() {
                call(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
                if (!busy) {
                    complete(out);
                }
            }
        }

        private final class ToClient extends AbstractOutHandler {
            @Override
            public void onPull() {
                if (!busy && !isClosed(in) && !hasBeenPulled(in)) {
                    pull(in);
                }
            }
        }
    }
}

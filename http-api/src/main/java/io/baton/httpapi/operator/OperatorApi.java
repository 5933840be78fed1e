package io.baton.httpapi.operator;

import com.google.protobuf.ByteString;
import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.files.FileFacts;
import io.baton.httpapi.files.FilesApi;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.Metric;
import io.baton.v1.master.Call;
import io.baton.v1.master.Response;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code POST /api/v1} of a master. Reads come from the read model, never from the write path. */
public final class OperatorApi implements Handler {
    private final ReadModel reads;
    private final ControlCalls control;
    private final MasterFacts facts;
    private final Bodies bodies;
    private final Subscriptions subscriptions;
    private final FilesApi files;
    private final StateAnswers states = new StateAnswers();

    public OperatorApi(
            ReadModel reads,
            ControlCalls control,
            MasterFacts facts,
            Bodies bodies,
            Subscriptions subscriptions,
            FilesApi files) {
        this.reads = reads;
        this.control = control;
        this.facts = facts;
        this.bodies = bodies;
        this.subscriptions = subscriptions;
        this.files = files;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        return bodies.readCall(exchange, Call::newBuilder, call -> call(exchange, call.build()));
    }

    private CompletionStage<HttpResponse> call(Exchange exchange, Call call) {
        var problem = OperatorCall.problem(call, Set.of());
        if (problem.isPresent()) {
            return done(Refusal.badRequest("Failed to validate master::Call: " + problem.get()));
        }
        var accepted = Accept.encoding(exchange.header("Accept"));
        return accepted.isPresent() ? answer(exchange, call, accepted.get()) : done(Refusal.NOT_ACCEPTABLE);
    }

    private CompletionStage<HttpResponse> answer(Exchange exchange, Call call, Encoding encoding) {
        return switch (call.getType()) {
            case GET_HEALTH, GET_FLAGS, GET_VERSION, GET_LOGGING_LEVEL, GET_MASTER ->
                CompletableFuture.completedFuture(Replies.message(encoding, own(call.getType())));
            case GET_STATE, GET_AGENTS, GET_FRAMEWORKS, GET_EXECUTORS, GET_TASKS, GET_OPERATIONS ->
                reads.sharedAnswer(
                        exchange,
                        call.getType() + " " + encoding,
                        state -> written(encoding, read(call.getType(), state)));
            case GET_METRICS -> reads.numbers((state, numbers) -> Replies.message(encoding, metrics(state, numbers)));
            case SUBSCRIBE ->
                CompletableFuture.completedFuture(subscriptions.subscribe(exchange.connection(), encoding));
            case LIST_FILES -> list(call.getListFiles().getPath(), encoding);
            case READ_FILE -> read(call.getReadFile(), encoding);
            default -> control.answer(exchange, call, encoding);
        };
    }

    /** What lists tasks or agents may be large, and changes little from one time to the next. */
    private HttpResponse written(Encoding encoding, Response response) {
        return switch (response.getType()) {
            case GET_STATE, GET_TASKS, GET_AGENTS -> states.answer(encoding, response);
            default -> Replies.message(encoding, response);
        };
    }

    /** What the master knows without asking anyone. */
    private Response own(Call.Type type) {
        var out = Response.newBuilder().setType(Response.Type.valueOf(type.name()));
        switch (type) {
            case GET_HEALTH -> out.getGetHealthBuilder().setHealthy(true);
            case GET_VERSION -> out.getGetVersionBuilder().setVersionInfo(facts.version());
            case GET_LOGGING_LEVEL ->
                out.getGetLoggingLevelBuilder().setLevel(facts.log().level());
            case GET_FLAGS -> {
                var flags = out.getGetFlagsBuilder();
                facts.flags()
                        .forEach((name, value) ->
                                flags.addFlagsBuilder().setName(name).setValue(value));
            }
            case GET_MASTER ->
                out.getGetMasterBuilder()
                        .setMasterInfo(facts.master().get())
                        .setStartTime(facts.startSeconds())
                        .setElectedTime(facts.startSeconds());
            default -> throw new IllegalStateException("no answer to " + type);
        }
        return out.build();
    }

    private Response read(Call.Type type, StateView view) {
        var state = view.state();
        var out = Response.newBuilder().setType(Response.Type.valueOf(type.name()));
        switch (type) {
            case GET_STATE -> out.setGetState(whole(state));
            case GET_AGENTS -> out.setGetAgents(state.getGetAgents());
            case GET_FRAMEWORKS -> out.setGetFrameworks(state.getGetFrameworks());
            case GET_EXECUTORS -> out.setGetExecutors(state.getGetExecutors());
            case GET_TASKS -> out.setGetTasks(state.getGetTasks());
            case GET_OPERATIONS -> {
                var operations = out.getGetOperationsBuilder();
                view.details().forEach(agent -> operations.addAllOperations(agent.operations()));
            }
            default -> throw new IllegalStateException("no answer to " + type);
        }
        return out.build();
    }

    private Response metrics(StateView view, Numbers numbers) {
        var out = Response.newBuilder().setType(Response.Type.GET_METRICS);
        var metrics = out.getGetMetricsBuilder();
        MasterMetrics.of(view, numbers, facts, Instant.now())
                .forEach((name, value) ->
                        metrics.addMetrics(Metric.newBuilder().setName(name).setValue(value)));
        return out.build();
    }

    private CompletionStage<HttpResponse> list(String path, Encoding encoding) {
        return files.answer(() -> {
            var out = Response.newBuilder().setType(Response.Type.LIST_FILES);
            var list = out.getListFilesBuilder();
            files.entries(path).forEach(entry -> list.addFileInfos(FileFacts.toProto(path, entry)));
            return Replies.message(encoding, out.build());
        });
    }

    private CompletionStage<HttpResponse> read(Call.ReadFile call, Encoding encoding) {
        return files.answer(() -> {
            var part = files.part(call.getPath(), call.getOffset(), call.hasLength() ? call.getLength() : -1);
            var out = Response.newBuilder().setType(Response.Type.READ_FILE);
            out.getReadFileBuilder().setSize(part.size()).setData(ByteString.copyFrom(part.bytes()));
            return Replies.message(encoding, out.build());
        });
    }

    /** All four parts are there, also empty ones. */
    private static Response.GetState whole(Response.GetState state) {
        return state.toBuilder()
                .setGetTasks(state.getGetTasks())
                .setGetExecutors(state.getGetExecutors())
                .setGetFrameworks(state.getGetFrameworks())
                .setGetAgents(state.getGetAgents())
                .build();
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}

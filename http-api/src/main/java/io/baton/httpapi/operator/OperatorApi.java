package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.status.LoggingApi;
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
    private final RoleCalls roles;
    private final ResourceCalls resources;
    private final MasterFacts facts;
    private final Bodies bodies;
    private final Teardowns teardowns;
    private final AgentPlans agents;
    private final MaintenanceCalls maintenance;
    private final Subscriptions subscriptions;

    public OperatorApi(
            ReadModel reads,
            RoleCalls roles,
            ResourceCalls resources,
            MasterFacts facts,
            Bodies bodies,
            Teardowns teardowns,
            AgentPlans agents,
            MaintenanceCalls maintenance,
            Subscriptions subscriptions) {
        this.reads = reads;
        this.roles = roles;
        this.resources = resources;
        this.facts = facts;
        this.bodies = bodies;
        this.teardowns = teardowns;
        this.agents = agents;
        this.maintenance = maintenance;
        this.subscriptions = subscriptions;
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
                        state -> Replies.message(encoding, read(call.getType(), state)));
            case GET_METRICS -> reads.answer(state -> Replies.message(encoding, read(call.getType(), state)));
            case GET_ROLES, GET_WEIGHTS, GET_QUOTA, UPDATE_WEIGHTS, UPDATE_QUOTA, SET_QUOTA, REMOVE_QUOTA ->
                roles.answer(call, encoding);
            case RESERVE_RESOURCES, UNRESERVE_RESOURCES, CREATE_VOLUMES, DESTROY_VOLUMES -> resources.answer(call);
            case SUBSCRIBE ->
                CompletableFuture.completedFuture(subscriptions.subscribe(exchange.connection(), encoding));
            case TEARDOWN ->
                teardowns.teardown(call.getTeardown().getFrameworkId().getValue());
            case MARK_AGENT_GONE, DRAIN_AGENT, DEACTIVATE_AGENT, REACTIVATE_AGENT -> agents.answer(call);
            case GET_MAINTENANCE_STATUS,
                    GET_MAINTENANCE_SCHEDULE,
                    UPDATE_MAINTENANCE_SCHEDULE,
                    START_MAINTENANCE,
                    STOP_MAINTENANCE -> maintenance.answer(call, encoding);
            case SET_LOGGING_LEVEL -> {
                var wanted = call.getSetLoggingLevel();
                yield CompletableFuture.completedFuture(
                        LoggingApi.set(facts.log(), Integer.toUnsignedLong(wanted.getLevel()), wanted.getDuration()));
            }
            case LIST_FILES, READ_FILE -> done(Refusal.of(404, ""));
            default -> done(Refusal.notImplemented(call.getType().name()));
        };
    }

    /** What the master knows without asking anyone. */
    private Response own(Call.Type type) {
        var out = Response.newBuilder().setType(Response.Type.valueOf(type.name()));
        switch (type) {
            case GET_HEALTH -> out.getGetHealthBuilder().setHealthy(true);
            case GET_VERSION ->
                out.getGetVersionBuilder().getVersionInfoBuilder().setVersion(facts.version());
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
            case GET_METRICS -> {
                var metrics = out.getGetMetricsBuilder();
                MasterMetrics.of(view, facts, Instant.now())
                        .forEach((name, value) -> metrics.addMetrics(
                                Metric.newBuilder().setName(name).setValue(value)));
            }
            default -> throw new IllegalStateException("no answer to " + type);
        }
        return out.build();
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

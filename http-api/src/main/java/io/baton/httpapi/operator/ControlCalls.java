package io.baton.httpapi.operator;

import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.status.LogLevel;
import io.baton.httpapi.status.LoggingApi;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.master.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The calls by which operators change something, or see what they have set: each goes to whoever owns it. */
public record ControlCalls(
        RoleCalls roles,
        ResourceCalls resources,
        Teardowns teardowns,
        AgentPlans agents,
        MaintenanceCalls maintenance,
        LogLevel log) {
    /** Answers 501 to a call that is about nothing of this. */
    CompletionStage<HttpResponse> answer(Exchange exchange, Call call, Encoding encoding) {
        return switch (call.getType()) {
            case GET_ROLES, GET_WEIGHTS, GET_QUOTA, UPDATE_WEIGHTS, UPDATE_QUOTA, SET_QUOTA, REMOVE_QUOTA ->
                roles.answer(call, encoding);
            case RESERVE_RESOURCES, UNRESERVE_RESOURCES, CREATE_VOLUMES, DESTROY_VOLUMES, GROW_VOLUME, SHRINK_VOLUME ->
                resources.answer(call, exchange.principal());
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
                        LoggingApi.set(log, Integer.toUnsignedLong(wanted.getLevel()), wanted.getDuration()));
            }
            default ->
                CompletableFuture.completedFuture(
                        Refusal.notImplemented(call.getType().name()).response());
        };
    }
}

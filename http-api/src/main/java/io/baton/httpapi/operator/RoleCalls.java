package io.baton.httpapi.operator;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Router;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.Value;
import io.baton.v1.master.Call;
import io.baton.v1.master.Response;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.quota.QuotaRequest;
import io.baton.v1.quota.QuotaStatus;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Operator calls about roles: their weights, quotas, and what they hold. */
public final class RoleCalls {
    private final ActorSystem<?> system;
    private final RecipientRef<RoleProtocol> roles;
    private final ReadModel reads;
    private final Duration timeout;

    public RoleCalls(ActorSystem<?> system, RecipientRef<RoleProtocol> roles, ReadModel reads, Duration timeout) {
        this.system = system;
        this.roles = roles;
        this.reads = reads;
        this.timeout = timeout;
    }

    /** @param call of one of the types that are about roles */
    CompletionStage<HttpResponse> answer(Call call, Encoding encoding) {
        return switch (call.getType()) {
            case GET_WEIGHTS -> settings(set -> Replies.message(encoding, weights(set)));
            case GET_QUOTA -> settings(set -> Replies.message(encoding, quota(set)));
            case GET_ROLES -> table(table -> Replies.message(encoding, roles(table)));
            case UPDATE_WEIGHTS ->
                update(replyTo ->
                        new RoleProtocol.UpdateWeights(call.getUpdateWeights().getWeightInfosList(), replyTo));
            case UPDATE_QUOTA -> {
                var update = call.getUpdateQuota();
                yield update(replyTo ->
                        new RoleProtocol.UpdateQuota(update.getQuotaConfigsList(), update.getForce(), replyTo));
            }
            case SET_QUOTA -> set(call.getSetQuota().getQuotaRequest());
            case REMOVE_QUOTA -> remove(call.getRemoveQuota().getRole());
            default -> throw new IllegalStateException(call.getType() + " is not about roles");
        };
    }

    /** The older endpoints that change something: {@code PUT /weights}, {@code POST /quota}, {@code DELETE /quota/ROLE}. */
    public void addTo(Router router, Bodies bodies) {
        router.put(
                        "/weights",
                        exchange -> BodyReading.list(
                                bodies,
                                exchange,
                                "weight_infos",
                                Call.UpdateWeights.newBuilder(),
                                weights -> update(replyTo ->
                                        new RoleProtocol.UpdateWeights(weights.getWeightInfosList(), replyTo))))
                .post(
                        "/quota",
                        exchange -> BodyReading.message(
                                bodies, exchange, QuotaRequest.newBuilder(), request -> set(request.build())))
                .below(
                        "DELETE",
                        "/quota/",
                        exchange -> remove(Query.decodedPath(exchange.path().substring("/quota/".length()))));
    }

    private CompletionStage<HttpResponse> remove(String role) {
        return ask().handle((set, failure) -> set).thenCompose(set -> {
            if (set == null) {
                return CompletableFuture.completedFuture(late());
            }
            boolean has =
                    set.quotas().stream().anyMatch(quota -> quota.getRole().equals(role));
            // Without a look at what others are promised: to promise less can make nothing worse.
            return has
                    ? update(replyTo -> new RoleProtocol.UpdateQuota(
                            List.of(QuotaConfig.newBuilder().setRole(role).build()), true, replyTo))
                    : CompletableFuture.completedFuture(
                            Refusal.badRequest("role '" + IdRules.printable(role) + "' has no quota to remove")
                                    .response());
        });
    }

    private CompletionStage<HttpResponse> set(QuotaRequest request) {
        return ask().handle((set, failure) -> set).thenCompose(set -> {
            if (set == null) {
                return CompletableFuture.completedFuture(late());
            }
            var problem = QuotaRequests.problemOf(request, set);
            var quota = List.of(QuotaRequests.config(request));
            return problem.isPresent()
                    ? CompletableFuture.completedFuture(
                            Refusal.badRequest(problem.get()).response())
                    : update(
                            replyTo -> new RoleProtocol.UpdateQuota(quota, request.getForce(), replyTo),
                            QuotaRequests::answer);
        });
    }

    private static Response weights(RoleSettings set) {
        var out = Response.newBuilder().setType(Response.Type.GET_WEIGHTS);
        // Mesos writes nothing but the type when no weight is set.
        if (!set.weights().isEmpty()) {
            out.getGetWeightsBuilder().addAllWeightInfos(set.weights());
        }
        return out.build();
    }

    private static Response quota(RoleSettings set) {
        var out = Response.newBuilder().setType(Response.Type.GET_QUOTA);
        out.getGetQuotaBuilder().setStatus(quotas(set));
        return out.build();
    }

    /** All quotas, in the older form too: that knows what is promised, and no limits. */
    public static QuotaStatus quotas(RoleSettings set) {
        var status = QuotaStatus.newBuilder().addAllConfigs(set.quotas());
        for (var quota : set.quotas()) {
            var info = status.addInfosBuilder().setRole(quota.getRole());
            new TreeMap<>(quota.getGuaranteesMap()).forEach((name, amount) -> info.addGuaranteeBuilder()
                    .setName(name)
                    .setType(Value.Type.SCALAR)
                    .setScalar(amount));
        }
        return status.build();
    }

    private static Response roles(RoleTable table) {
        var out = Response.newBuilder().setType(Response.Type.GET_ROLES);
        out.getGetRolesBuilder().addAllRoles(table.toProto());
        return out.build();
    }

    /** Answers with what is made of what is set, or 503 if that does not come in time. */
    public CompletionStage<HttpResponse> settings(Function<RoleSettings, HttpResponse> with) {
        return ask().handle((set, failure) -> failure == null ? with.apply(set) : late());
    }

    /** Answers with what is made of the table of roles, or 503 if it does not come in time. */
    public CompletionStage<HttpResponse> table(Function<RoleTable, HttpResponse> with) {
        return ask().handle((set, failure) -> set)
                .thenCompose(set -> reads.answer(view -> set == null ? late() : with.apply(RoleTable.of(view, set))));
    }

    private CompletionStage<RoleSettings> ask() {
        return AskPattern.ask(roles, RoleProtocol.GetSettings::new, timeout, system.scheduler());
    }

    private static HttpResponse late() {
        return Refusal.unavailable("The registry of this master").response();
    }

    private CompletionStage<HttpResponse> update(Function<ActorRef<CallAnswer>, RoleProtocol> message) {
        return update(message, answer -> answer);
    }

    private CompletionStage<HttpResponse> update(
            Function<ActorRef<CallAnswer>, RoleProtocol> message, UnaryOperator<CallAnswer> told) {
        return AskPattern.<RoleProtocol, CallAnswer>ask(roles, message::apply, timeout, system.scheduler())
                .thenApply(told)
                .handle((answer, failure) -> failure == null
                        ? answer.status() == CallAnswer.OK.status()
                                ? Replies.ok()
                                : Refusal.of(answer).response()
                        : late());
    }
}

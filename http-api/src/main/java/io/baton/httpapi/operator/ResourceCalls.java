package io.baton.httpapi.operator;

import com.google.protobuf.Message;
import io.baton.core.id.AgentId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.resource.Conversion;
import io.baton.core.resource.Resources;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.BodyBudget;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.server.Router;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.AgentID;
import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.master.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Operators reserve and unreserve resources, create and destroy volumes: by call, and by the older form. */
public final class ResourceCalls {
    private static final Refusal NO_AGENT = Refusal.badRequest("No agent found with specified ID");

    private final ActorSystem<?> system;
    private final Function<AgentId, RecipientRef<AgentProtocol>> agents;
    private final ReadModel reads;
    private final Bodies bodies;
    private final Duration timeout;

    public ResourceCalls(
            ActorSystem<?> system,
            Function<AgentId, RecipientRef<AgentProtocol>> agents,
            ReadModel reads,
            Bodies bodies,
            Duration timeout) {
        this.system = system;
        this.agents = agents;
        this.reads = reads;
        this.bodies = bodies;
        this.timeout = timeout;
    }

    /** The older form of these calls. */
    public void addTo(Router router) {
        router.post("/reserve", form(Operation.Type.RESERVE))
                .post("/unreserve", form(Operation.Type.UNRESERVE))
                .post("/create-volumes", form(Operation.Type.CREATE))
                .post("/destroy-volumes", form(Operation.Type.DESTROY));
    }

    /**
     * @param call of one of the types that are about an agent's resources
     * @param principal who calls; empty where nobody has to say so
     */
    CompletionStage<HttpResponse> answer(Call call, Optional<String> principal) {
        var operation = Operation.newBuilder();
        return switch (call.getType()) {
            case RESERVE_RESOURCES -> {
                var reserve = call.getReserveResources();
                operation
                        .setType(Operation.Type.RESERVE)
                        .getReserveBuilder()
                        .addAllResources(reserve.getResourcesList())
                        .addAllSource(reserve.getSourceList());
                yield operate(reserve.getAgentId().getValue(), operation.build(), principal);
            }
            case UNRESERVE_RESOURCES -> {
                var unreserve = call.getUnreserveResources();
                operation
                        .setType(Operation.Type.UNRESERVE)
                        .getUnreserveBuilder()
                        .addAllResources(unreserve.getResourcesList());
                yield operate(unreserve.getAgentId().getValue(), operation.build(), principal);
            }
            case CREATE_VOLUMES -> {
                var create = call.getCreateVolumes();
                operation.setType(Operation.Type.CREATE).getCreateBuilder().addAllVolumes(create.getVolumesList());
                yield operate(create.getAgentId().getValue(), operation.build(), principal);
            }
            case DESTROY_VOLUMES -> {
                var destroy = call.getDestroyVolumes();
                operation.setType(Operation.Type.DESTROY).getDestroyBuilder().addAllVolumes(destroy.getVolumesList());
                yield operate(destroy.getAgentId().getValue(), operation.build(), principal);
            }
            case GROW_VOLUME -> {
                var grow = call.getGrowVolume();
                operation
                        .setType(Operation.Type.GROW_VOLUME)
                        .getGrowVolumeBuilder()
                        .setVolume(grow.getVolume())
                        .setAddition(grow.getAddition());
                yield resize(grow.hasAgentId(), grow.getAgentId(), operation.build(), principal);
            }
            case SHRINK_VOLUME -> {
                var shrink = call.getShrinkVolume();
                operation
                        .setType(Operation.Type.SHRINK_VOLUME)
                        .getShrinkVolumeBuilder()
                        .setVolume(shrink.getVolume())
                        .setSubtract(shrink.getSubtract());
                yield resize(shrink.hasAgentId(), shrink.getAgentId(), operation.build(), principal);
            }
            default -> throw new IllegalStateException(call.getType() + " is not about an agent's resources");
        };
    }

    private CompletionStage<HttpResponse> resize(
            boolean named, AgentID agent, Operation operation, Optional<String> principal) {
        return named
                ? operate(agent.getValue(), operation, principal)
                : done(Refusal.badRequest("Failed to validate master::Call: Expecting 'agent_id' to be present;"
                        + " only agent default resources are supported right now"));
    }

    /**
     * The older form of one of these calls: {@code slaveId}, and {@code resources} or {@code volumes} as a JSON array;
     * of RESERVE {@code source}, too, if it is there.
     *
     * @param type RESERVE, UNRESERVE, CREATE or DESTROY
     */
    private Handler form(Operation.Type type) {
        return exchange -> BodyReading.form(bodies, exchange, form -> {
            var agent = form.text("slaveId");
            var field = type == Operation.Type.CREATE || type == Operation.Type.DESTROY ? "volumes" : "resources";
            if (agent.isEmpty() || form.text(field).isEmpty()) {
                return done(Refusal.badRequest(
                        "Missing '" + (agent.isEmpty() ? "slaveId" : field) + "' query parameter in the request body"));
            }
            var operation = Operation.newBuilder().setType(type);
            Message.Builder into =
                    switch (type) {
                        case RESERVE -> operation.getReserveBuilder();
                        case UNRESERVE -> operation.getUnreserveBuilder();
                        case CREATE -> operation.getCreateBuilder();
                        default -> operation.getDestroyBuilder();
                    };
            return problemOf(form, field, into)
                    .or(() -> type == Operation.Type.RESERVE
                                    && form.text("source").isPresent()
                            ? problemOf(form, "source", into)
                            : Optional.empty())
                    .map(ResourceCalls::done)
                    .orElseGet(() -> operate(agent.get(), operation.build(), exchange.principal()));
        });
    }

    /** Reads a parameter into the field of its name. */
    private static Optional<Refusal> problemOf(Query form, String field, Message.Builder into) {
        try {
            MesosJson.parseList(
                    form.text(field).orElseThrow().getBytes(StandardCharsets.UTF_8),
                    field,
                    into,
                    BodyBudget.OF_PROCESS.parts());
            return Optional.empty();
        } catch (MesosJsonException wrong) {
            if (wrong.kind() == MesosJsonException.Kind.TOO_MANY) {
                return Optional.of(Refusal.tooManyParts(BodyBudget.OF_PROCESS.parts()));
            }
            return Optional.of(Refusal.badRequest("Error in parsing '" + field
                    + "' query parameter in the request body: it must be a JSON array of resources"));
        }
    }

    private CompletionStage<HttpResponse> operate(String agent, Operation operation, Optional<String> principal) {
        var problem = Conversion.problemOf(operation)
                .or(() -> problemOfPrincipal(operation, principal))
                .or(() -> problemOfAllocation(operation));
        if (problem.isPresent()) {
            return done(Refusal.badRequest("Invalid " + operation.getType() + " operation: " + problem.get()));
        }
        if (IdRules.problemOfId(agent).isPresent()) {
            return done(NO_AGENT);
        }
        // Only agents that somebody has seen: asking for any other would make an owner for it.
        return reads.answer(view -> view.state().getGetAgents().getAgentsList().stream()
                                .anyMatch(
                                        a -> a.getAgentInfo().getId().getValue().equals(agent))
                        ? Replies.ok()
                        : NO_AGENT.response())
                .thenCompose(known -> known.status().intValue() == 200
                        ? ask(new AgentId(agent), operation)
                        : CompletableFuture.completedFuture(known));
    }

    /** Nobody reserves, or makes a volume, in the name of somebody else, or of nobody. */
    static Optional<String> problemOfPrincipal(Operation operation, Optional<String> principal) {
        var reserved = Conversion.lastReservations(operation.getReserve().getResourcesList()).stream()
                .flatMap(r -> misnamed(r.hasPrincipal(), r.getPrincipal(), principal, "reserved resource"));
        var made = operation.getCreate().getVolumesList().stream()
                .map(volume -> volume.getDisk().getPersistence())
                .flatMap(v -> misnamed(v.hasPrincipal(), v.getPrincipal(), principal, "volume"));
        return Stream.concat(reserved, made).findFirst();
    }

    private static Stream<String> misnamed(boolean named, String owner, Optional<String> principal, String what) {
        return principal.filter(caller -> !named || !owner.equals(caller)).stream()
                .map(caller -> named
                        ? "the authenticated principal '" + caller + "' does not match principal '" + owner
                                + "' in the request"
                        : "the operation was attempted by principal '" + caller + "', but there is a " + what
                                + " in the request with no principal set");
    }

    /** Operators reserve what is there, not what is allocated to a role. */
    private static Optional<String> problemOfAllocation(Operation operation) {
        return operation.getReserve().getResourcesList().stream()
                .filter(Resource::hasAllocationInfo)
                .findFirst()
                .map(r ->
                        "A reserve operation was attempted on an allocated resource " + Resources.fromProto(List.of(r))
                                + ", but operators can only perform reservations on unallocated resources");
    }

    private CompletionStage<HttpResponse> ask(AgentId agent, Operation operation) {
        return AskPattern.<AgentProtocol, CallAnswer>ask(
                        agents.apply(agent),
                        replyTo -> new AgentProtocol.Operate(operation, replyTo),
                        timeout,
                        system.scheduler())
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Refusal.unavailable("The agent's ledger").response();
                    }
                    return answer.status() < 300
                            ? Replies.ok().withStatus(answer.status())
                            : Refusal.of(answer).response();
                });
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}

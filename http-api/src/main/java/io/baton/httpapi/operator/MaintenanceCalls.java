package io.baton.httpapi.operator;

import com.google.protobuf.Message;
import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.operation.MaintenanceDesk.Maintenance;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Padding;
import io.baton.httpapi.server.Router;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.json.MesosJson;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.ClusterStatus;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.master.Call;
import io.baton.v1.master.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Operators plan that machines are away: by call, and by the older endpoints. */
public final class MaintenanceCalls {
    private final Supplier<Optional<MaintenanceDesk>> desk;
    private final ReadModel reads;
    private final Bodies bodies;

    /** @param desk empty while this master's registry starts */
    public MaintenanceCalls(Supplier<Optional<MaintenanceDesk>> desk, ReadModel reads, Bodies bodies) {
        this.desk = desk;
        this.reads = reads;
        this.bodies = bodies;
    }

    /** @param call of one of the types that are about maintenance */
    CompletionStage<HttpResponse> answer(Call call, Encoding encoding) {
        return switch (call.getType()) {
            case GET_MAINTENANCE_SCHEDULE ->
                schedule(schedule -> {
                    var out = Response.newBuilder().setType(Response.Type.GET_MAINTENANCE_SCHEDULE);
                    out.getGetMaintenanceScheduleBuilder().setSchedule(schedule);
                    return Replies.message(encoding, out.build());
                });
            case GET_MAINTENANCE_STATUS ->
                status(status -> {
                    var out = Response.newBuilder().setType(Response.Type.GET_MAINTENANCE_STATUS);
                    out.getGetMaintenanceStatusBuilder().setStatus(status);
                    return Replies.message(encoding, out.build());
                });
            case UPDATE_MAINTENANCE_SCHEDULE ->
                change(d -> d.update(call.getUpdateMaintenanceSchedule().getSchedule()));
            case START_MAINTENANCE ->
                change(d -> d.start(call.getStartMaintenance().getMachinesList()));
            case STOP_MAINTENANCE ->
                change(d -> d.stop(call.getStopMaintenance().getMachinesList()));
            default -> throw new IllegalStateException(call.getType() + " is not about maintenance");
        };
    }

    /** The older endpoints: schedules and lists of machines as JSON. */
    public void addTo(Router router) {
        router.get("/maintenance/schedule", exchange -> schedule(json(exchange)))
                .get("/maintenance/schedule.json", exchange -> schedule(json(exchange)))
                .get("/maintenance/status", exchange -> status(json(exchange)))
                .get("/maintenance/status.json", exchange -> status(json(exchange)))
                .post("/maintenance/schedule", this::update)
                .post("/machine/down", exchange -> machines(exchange, MaintenanceDesk::start))
                .post("/machine/up", exchange -> machines(exchange, MaintenanceDesk::stop));
    }

    private static Function<Message, HttpResponse> json(Exchange exchange) {
        var padding = Padding.of(exchange);
        return message -> padding.answer(ByteString.fromArrayUnsafe(MesosJson.write(message)));
    }

    private CompletionStage<HttpResponse> update(Exchange exchange) {
        return BodyReading.message(
                bodies, exchange, Schedule.newBuilder(), schedule -> change(d -> d.update(schedule.build())));
    }

    private interface Change {
        CompletionStage<CallAnswer> of(MaintenanceDesk desk, List<MachineID> machines);
    }

    private CompletionStage<HttpResponse> machines(Exchange exchange, Change change) {
        return BodyReading.list(
                bodies,
                exchange,
                "machines",
                Call.StartMaintenance.newBuilder(),
                named -> change(d -> change.of(d, named.getMachinesList())));
    }

    private CompletionStage<HttpResponse> schedule(Function<? super Schedule, HttpResponse> with) {
        return CompletableFuture.completedFuture(
                desk.get().map(d -> with.apply(d.current().schedule())).orElseGet(MaintenanceCalls::starting));
    }

    private CompletionStage<HttpResponse> status(Function<? super ClusterStatus, HttpResponse> with) {
        var now = desk.get().map(MaintenanceDesk::current);
        return now.isEmpty()
                ? CompletableFuture.completedFuture(starting())
                : reads.answer(view -> with.apply(status(now.get(), view)));
    }

    static ClusterStatus status(Maintenance now, StateView view) {
        var out = ClusterStatus.newBuilder().addAllDownMachines(now.down());
        var down = now.down().stream().map(MaintenanceCalls::key).collect(Collectors.toSet());
        var agents = new AgentsOfMachines(view);
        for (var window : now.schedule().getWindowsList()) {
            for (var machine : window.getMachineIdsList()) {
                if (!down.contains(key(machine))) {
                    out.addDrainingMachinesBuilder().setId(machine).addAllStatuses(agents.responses(machine));
                }
            }
        }
        return out.build();
    }

    /** As the registry tells machines apart: a schedule may have been written anew in other letters since one is down. */
    private static String key(MachineID machine) {
        return machine.getHostname().toLowerCase(Locale.ROOT) + " " + machine.getIp();
    }

    private CompletionStage<HttpResponse> change(Function<MaintenanceDesk, CompletionStage<CallAnswer>> change) {
        return desk.get()
                .map(d -> change.apply(d).thenApply(MaintenanceCalls::response))
                .orElseGet(() -> CompletableFuture.completedFuture(starting()));
    }

    private static HttpResponse response(CallAnswer answer) {
        return answer.status() == CallAnswer.OK.status()
                ? Replies.ok()
                : Refusal.of(answer).response();
    }

    private static HttpResponse starting() {
        return Refusal.unavailable("The registry of this master").response();
    }
}

package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ViewProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.States;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.MachineID;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.allocator.InverseOfferStatus;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maintenance over a real port. */
class MaintenanceCallsTest {
    private static final MachineID H1 = machine("h1");
    private static final Schedule SCHEDULE = Schedule.newBuilder()
            .addWindows(Window.newBuilder()
                    .addMachineIds(H1)
                    .addMachineIds(machine("h2"))
                    .setUnavailability(Unavailability.newBuilder()
                            .setStart(TimeInfo.newBuilder().setNanoseconds(7))))
            .build();

    /** In the letters of the schedule under which it went down. */
    private static final MachineID DOWN =
            MachineID.newBuilder().setHostname("H2").setIp("").build();

    private final MasterEdge edge = new MasterEdge();
    private final List<String> changes = new ArrayList<>();
    private CallAnswer answer = CallAnswer.OK;

    private static MachineID machine(String hostname) {
        return MachineID.newBuilder().setHostname(hostname).build();
    }

    /** Holds {@link #SCHEDULE}, with h2 down under another spelling, and notes what it is asked. */
    private final class Desk implements MaintenanceDesk {
        @Override
        public Maintenance current() {
            return new Maintenance(SCHEDULE, List.of(DOWN));
        }

        private CompletionStage<CallAnswer> note(String change) {
            changes.add(change);
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public CompletionStage<CallAnswer> update(Schedule schedule) {
            return note("update " + schedule.getWindowsCount());
        }

        @Override
        public CompletionStage<CallAnswer> start(List<MachineID> machines) {
            return note("start " + machines.get(0).getHostname());
        }

        @Override
        public CompletionStage<CallAnswer> stop(List<MachineID> machines) {
            return note("stop " + machines.get(0).getHostname());
        }
    }

    @AfterEach
    void close() {
        edge.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /api/v1               | {"type":"UPDATE_MAINTENANCE_SCHEDULE","update_maintenance_schedule":{"schedule":{}}}            | update 0
        /api/v1               | {"type":"START_MAINTENANCE","start_maintenance":{"machines":[{"hostname":"h1"}]}}               | start h1
        /api/v1               | {"type":"STOP_MAINTENANCE","stop_maintenance":{"machines":[{"hostname":"h2"}]}}                 | stop h2
        /maintenance/schedule | {"windows":[{"machine_ids":[{"hostname":"h"}],"unavailability":{"start":{"nanoseconds":1}}}]}   | update 1
        /machine/down         | [{"hostname":"h1"}]                                                                             | start h1
        /machine/up           | [{"hostname":"h2","ip":"10.0.0.1"}]                                                             | stop h2
        """)
    void changesGoToTheRegistry(String path, String body, String change) throws Exception {
        edge.maintenance.set(new Desk());

        var taken = edge.post(path, body);
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.headers().firstValue("Content-Type")).isEmpty();
        assertThat(changes).containsExactly(change);

        answer = CallAnswer.badRequest("no");
        assertThat(edge.post(path, body).statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsNoScheduleIsRefused() throws Exception {
        edge.maintenance.set(new Desk());

        var wrong = edge.post("/maintenance/schedule", "{\"windows\":7}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).startsWith("the body will not do: ");
        for (var body :
                List.of("[7]", "{\"hostname\":\"h\"}", "null", "", "[],\"machines\":[{\"hostname\":\"h\"}]", "[]}{")) {
            var answer = edge.post("/machine/down", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).as(body).startsWith("the body will not do: ");
        }
        assertThat(changes).isEmpty();
    }

    @Test
    void theStatusShowsWhatFrameworksAnswered() throws Exception {
        edge.maintenance.set(new Desk());
        var state = Response.GetState.newBuilder();
        state.getGetAgentsBuilder()
                .addAgentsBuilder()
                .setActive(true)
                .setVersion("1")
                .setPid("slave(1)@10.0.0.1:5051")
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("H1")
                        .setId(AgentID.newBuilder().setValue("A")));
        var accepted = InverseOfferStatus.newBuilder()
                .setStatus(InverseOfferStatus.Status.ACCEPT)
                .setFrameworkId(new FrameworkId("f").toProto())
                .setTimestamp(TimeInfo.newBuilder().setNanoseconds(8))
                .build();
        edge.state.set(States.view(
                state.build(),
                List.of(),
                List.of(new ViewProtocol.AgentDetails(new AgentId("A"), List.of(), List.of(), List.of(accepted)))));
        var status = "{\"draining_machines\":[{\"id\":{\"hostname\":\"h1\"},\"statuses\":[{\"status\":\"ACCEPT\","
                + "\"framework_id\":{\"value\":\"f\"},\"timestamp\":{\"nanoseconds\":8}}]}],"
                + "\"down_machines\":[{\"hostname\":\"H2\",\"ip\":\"\"}]}";

        assertThat(edge.get("/maintenance/status").body()).isEqualTo(status);
        assertThat(edge.post("/api/v1", "{\"type\":\"GET_MAINTENANCE_STATUS\"}").body())
                .isEqualTo(
                        "{\"type\":\"GET_MAINTENANCE_STATUS\",\"get_maintenance_status\":{\"status\":" + status + "}}");
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        h1 | 10.0.0.1 | a b
        H1 | 10.0.0.1 | a b
        h1 | 10.0.0.2 | c
        h1 | -        | a b c
        -  | 10.0.0.1 | a b d
        -  | -        | a b c d
        h3 | -        | -
        h3 | 10.0.0.1 | -
        h1 | 10.0.0.3 | -
        """)
    void aMachineHasTheAgentsThatItsNameAndItsAddressFit(String name, String ip, String answers) {
        var view = view(List.of("a h1 10.0.0.1", "b H1 10.0.0.1", "c h1 10.0.0.2", "d h2 10.0.0.1", "e h1 10.0.0.3"));
        var machine = MachineID.newBuilder();
        if (name != null) {
            machine.setHostname(name);
        }
        if (ip != null) {
            machine.setIp(ip);
        }

        var found = new AgentsOfMachines(view).responses(machine.build());

        assertThat(found.stream().map(r -> r.getFrameworkId().getValue()).collect(Collectors.joining(" ")))
                .isEqualTo(answers == null ? "" : answers);
    }

    /** Each agent, {@code id host ip}, with an answer of a framework of its name, but for {@code e}. */
    private static ViewProtocol.StateView view(List<String> agents) {
        var state = Response.GetState.newBuilder();
        var details = new ArrayList<ViewProtocol.AgentDetails>();
        for (var agent : agents) {
            var words = agent.split(" ", -1);
            state.getGetAgentsBuilder()
                    .addAgentsBuilder()
                    .setActive(true)
                    .setVersion("1")
                    .setPid("slave(1)@" + words[2] + ":5051")
                    .setAgentInfo(AgentInfo.newBuilder()
                            .setHostname(words[1])
                            .setId(AgentID.newBuilder().setValue(words[0])));
            var answer = InverseOfferStatus.newBuilder()
                    .setStatus(InverseOfferStatus.Status.ACCEPT)
                    .setFrameworkId(new FrameworkId(words[0]).toProto())
                    .setTimestamp(TimeInfo.newBuilder().setNanoseconds(8))
                    .build();
            details.add(new ViewProtocol.AgentDetails(
                    new AgentId(words[0]), List.of(), List.of(), words[0].equals("e") ? List.of() : List.of(answer)));
        }
        return States.view(state.build(), List.of(), details);
    }

    /** Each machine by each agent would be four hundred million steps. */
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyMachinesAndManyAgentsAreNotMultiplied() {
        int many = 20_000;
        var agents = new ArrayList<String>();
        var window =
                Window.newBuilder().setUnavailability(SCHEDULE.getWindows(0).getUnavailability());
        for (int i = 0; i < many; i++) {
            agents.add("a" + i + " h" + i + " 10.0.0.1");
            window.addMachineIds(machine("h" + i));
        }
        var schedule = Schedule.newBuilder().addWindows(window).build();

        var status = MaintenanceCalls.status(new MaintenanceDesk.Maintenance(schedule, List.of()), view(agents));

        assertThat(status.getDrainingMachinesList())
                .hasSize(many)
                .allSatisfy(draining -> assertThat(draining.getStatusesList()).hasSize(1));
    }

    @Test
    void theScheduleIsShown() throws Exception {
        edge.maintenance.set(new Desk());
        var schedule = "{\"windows\":[{\"machine_ids\":[{\"hostname\":\"h1\"},{\"hostname\":\"h2\"}],"
                + "\"unavailability\":{\"start\":{\"nanoseconds\":7}}}]}";

        assertThat(edge.get("/maintenance/schedule").body()).isEqualTo(schedule);
        assertThat(edge.post("/api/v1", "{\"type\":\"GET_MAINTENANCE_SCHEDULE\"}")
                        .body())
                .isEqualTo("{\"type\":\"GET_MAINTENANCE_SCHEDULE\",\"get_maintenance_schedule\":{\"schedule\":"
                        + schedule + "}}");
    }

    @Test
    void whileTheRegistryStartsItIsTooEarly() throws Exception {
        assertThat(edge.get("/maintenance/status").statusCode()).isEqualTo(503);
        assertThat(edge.post("/machine/up", "[]").statusCode()).isEqualTo(503);
    }
}

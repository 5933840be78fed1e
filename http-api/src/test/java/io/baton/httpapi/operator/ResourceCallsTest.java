package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.httpapi.MasterEdge;
import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo.Persistence;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations and volumes by operators over a real port. */
class ResourceCallsTest {
    private static final String RESERVED = "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},"
            + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"eng\"}]}]";
    private static final String ALLOCATED =
            RESERVED.replace("\"reservations", "\"allocation_info\":{\"role\":\"eng\"},\"reservations");
    private static final String VOLUME = "[{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},"
            + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"eng\"}],\"disk\":{\"persistence\":{\"id\":\"v\"},"
            + "\"volume\":{\"mode\":\"RW\",\"container_path\":\"data\"}}}]";

    private final MasterEdge edge = new MasterEdge();

    @BeforeEach
    void anAgentIsThere() {
        edge.agentIsThere("A");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static String call(String type, String agent, String field, String array) {
        return "{\"type\":\"" + type + "\",\"" + type.toLowerCase(java.util.Locale.ROOT)
                + "\":{\"agent_id\":{\"value\":\"" + agent + "\"},\"" + field + "\":" + array + "}}";
    }

    /** Sends it, and answers for the agent. */
    private HttpResponse<String> answered(CompletableFuture<HttpResponse<String>> response, CallAnswer answer)
            throws Exception {
        var asked = edge.agents.expectMessageClass(AgentProtocol.Operate.class, MasterEdge.PATIENCE);
        asked.replyTo().tell(answer);
        return response.get(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body, String... headers) {
        return edge.client.sendAsync(edge.request(path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "RESERVE_RESOURCES, resources, RESERVE",
        "UNRESERVE_RESOURCES, resources, UNRESERVE",
        "CREATE_VOLUMES, volumes, CREATE",
        "DESTROY_VOLUMES, volumes, DESTROY"
    })
    void asksTheAgentsLedger(String type, String field, Operation.Type operation) throws Exception {
        var response = send("/api/v1", call(type, "A", field, field.equals("volumes") ? VOLUME : RESERVED));
        var asked = edge.agents.expectMessageClass(AgentProtocol.Operate.class, MasterEdge.PATIENCE);
        assertThat(asked.operation().getType()).isEqualTo(operation);
        asked.replyTo().tell(CallAnswer.ACCEPTED);

        var answer = response.get(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GROW_VOLUME", "SHRINK_VOLUME"})
    void asksForAnotherSizeOfAVolume(String type) throws Exception {
        var volume = VOLUME.substring(1, VOLUME.length() - 1);
        var addition = volume.replaceFirst(",\"disk\":.*", "}");
        var by = type.equals("GROW_VOLUME") ? "\"addition\":" + addition : "\"subtract\":{\"value\":0.5}";
        var body = call(type, "A", "volume", volume + "," + by);
        var response = send("/api/v1", body);
        var asked = edge.agents.expectMessageClass(AgentProtocol.Operate.class, MasterEdge.PATIENCE);
        assertThat(asked.operation().getType().name()).isEqualTo(type);
        asked.replyTo().tell(CallAnswer.ACCEPTED);
        assertThat(response.get(MasterEdge.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(202);

        var nameless = edge.post("/api/v1", body.replace("\"agent_id\":{\"value\":\"A\"},", ""));
        assertThat(nameless.statusCode()).isEqualTo(400);
        assertThat(nameless.body())
                .isEqualTo("Failed to validate master::Call: Expecting 'agent_id' to be present; only agent default"
                        + " resources are supported right now");
    }

    @ParameterizedTest(name = "{0} by {1} for {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            RESERVE   | ann | ann | ``
            RESERVE   | ann |     | principal 'ann', but there is a reserved resource in the request with no principal set
            CREATE    | ann |     | principal 'ann', but there is a volume in the request with no principal set
            CREATE    |     |     | ``
            RESERVE   |     | bob | ``
            RESERVE   | ann | bob | the authenticated principal 'ann' does not match principal 'bob' in the request
            CREATE    | ann | bob | the authenticated principal 'ann' does not match principal 'bob' in the request
            CREATE    | ann | ann | ``
            UNRESERVE | ann | bob | ``
            DESTROY   | ann | bob | ``
            """)
    void nobodyReservesInTheNameOfSomebodyElse(Operation.Type type, String caller, String named, String problem) {
        var reservation = ReservationInfo.newBuilder().setRole("dev").setType(ReservationInfo.Type.DYNAMIC);
        var persistence = Persistence.newBuilder().setId("v");
        if (named != null) {
            reservation.setPrincipal(named);
            persistence.setPrincipal(named);
        }
        var disk =
                Resource.newBuilder().setName("disk").setType(Value.Type.SCALAR).addReservations(reservation);
        disk.getScalarBuilder().setValue(1);
        var volume = disk.build().toBuilder();
        volume.getDiskBuilder().setPersistence(persistence);
        var operation = Operation.newBuilder().setType(type);
        switch (type) {
            case RESERVE -> operation.getReserveBuilder().addResources(disk);
            case UNRESERVE -> operation.getUnreserveBuilder().addResources(disk);
            case CREATE -> operation.getCreateBuilder().addVolumes(volume);
            default -> operation.getDestroyBuilder().addVolumes(volume);
        }

        assertThat(ResourceCalls.problemOfPrincipal(operation.build(), Optional.ofNullable(caller))
                        .orElse("")
                        .replace("the operation was attempted by ", ""))
                .isEqualTo(problem);
    }

    @Test
    void passesTheRefusalOn() throws Exception {
        var answer = answered(
                send("/api/v1", call("RESERVE_RESOURCES", "A", "resources", RESERVED)),
                new CallAnswer(409, "cpus:0.5 does not contain cpus:1"));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).isEqualTo("cpus:0.5 does not contain cpus:1");
    }

    @Test
    void takesTheOlderFormToo() throws Exception {
        var body = "slaveId=A&resources=" + URLEncoder.encode(RESERVED, StandardCharsets.UTF_8);
        assertThat(answered(
                                send("/reserve", body, "Content-Type", "application/x-www-form-urlencoded"),
                                CallAnswer.ACCEPTED)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void theOlderFormReplacesReservationsToo() throws Exception {
        var other = RESERVED.replace("eng", "ads");
        var body = "slaveId=A&source=" + URLEncoder.encode(RESERVED, StandardCharsets.UTF_8) + "&resources="
                + URLEncoder.encode(other, StandardCharsets.UTF_8);
        send("/reserve", body, "Content-Type", "application/x-www-form-urlencoded");

        var asked = edge.agents.expectMessageClass(AgentProtocol.Operate.class, MasterEdge.PATIENCE);
        var reserve = asked.operation().getReserve();
        assertThat(reserve.getSource(0).getReservations(0).getRole()).isEqualTo("eng");
        assertThat(reserve.getResources(0).getReservations(0).getRole()).isEqualTo("ads");
        asked.replyTo().tell(CallAnswer.ACCEPTED);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /api/v1  | {"type":"RESERVE_RESOURCES","reserve_resources":{"agent_id":{"value":"B"},"resources":RESERVED}} | No agent found with specified ID
            /api/v1  | {"type":"RESERVE_RESOURCES","reserve_resources":{"agent_id":{"value":"A"},"resources":[]}}       | no resources are given
            /api/v1  | {"type":"RESERVE_RESOURCES","reserve_resources":{"agent_id":{"value":"A"},"resources":ALLOCATED}} | can only perform reservations on unallocated resources
            /api/v1  | {"type":"RESERVE_RESOURCES","reserve_resources":{"agent_id":{"value":"A"},"source":LESS,"resources":RESERVED}} | Invalid RESERVE operation: Source and target resources should refer to identical resource quantities
            /api/v1  | {"type":"RESERVE_RESOURCES","reserve_resources":{"agent_id":{"value":"A"},"source":[{"name":"x","type":"TEXT"}],"resources":RESERVED}} | Invalid RESERVE operation: Invalid source
            /reserve | slaveId=A             | Missing 'resources'
            /reserve | resources=[]          | Missing 'slaveId'
            /reserve | slaveId=A&resources=x | must be a JSON array
            /reserve | slaveId=A&resources={"name":"cpus","type":"SCALAR","scalar":{"value":1},"role":"eng","reservation":{}} | must be a JSON array
            /reserve | slaveId=A&resources=null | must be a JSON array
            /create-volumes | slaveId=A&volumes=[]},"type":"DESTROY","destroy":{"volumes":VOLUME | must be a JSON array
            /reserve | slaveId=A&resources=RESERVED&source=x | Error in parsing 'source'
            /reserve | slaveId=A&resources=RESERVED&source=  | Error in parsing 'source'
            """)
    void saysWhatIsWrong(String path, String body, String problem) throws Exception {
        var answer = edge.post(
                path,
                body.replace("RESERVED", RESERVED)
                        .replace("ALLOCATED", ALLOCATED)
                        .replace("VOLUME", VOLUME)
                        .replace("LESS", RESERVED.replace(":1}", ":0.1}")));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(problem);
        edge.agents.expectNoMessage();
    }
}

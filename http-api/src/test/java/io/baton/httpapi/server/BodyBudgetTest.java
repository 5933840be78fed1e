package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MessageParts;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyBudgetTest {
    private static final long MIB = 1024 * 1024;
    private static final int BODY_LIMIT = 8 * 1024 * 1024;
    private static final MasterEdge EDGE = new MasterEdge();

    @AfterAll
    static void end() {
        EDGE.close();
    }

    @Test
    void bodiesUnderWayTakeNoMoreThanAQuarterOfTheHeap() {
        var budget = new BodyBudget(32 * MIB);
        var one = budget.share();
        var other = budget.share();
        assertThat(one.takes(5 * MIB)).isTrue();

        assertThat(other.takes(4 * MIB)).isFalse();
        assertThat(other.takes(3 * MIB)).isTrue();
        assertThat(other.takesParts(1)).isFalse();
        assertThat(budget.taken()).isEqualTo(8 * MIB);

        one.over();
        one.over();
        assertThat(budget.taken()).isEqualTo(3 * MIB);
        assertThat(other.takes(20 * MIB)).as("alone it has limits of its own").isTrue();
        assertThat(one.takes(MIB)).as("what is over counts no more").isTrue();
        other.over();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void smallBodiesAlwaysHaveRoom() {
        var budget = new BodyBudget(32 * MIB);
        budget.share().takes(8 * MIB);
        var small = budget.share();

        for (int i = 0; i < 16; i++) {
            assertThat(small.takes(1024)).isTrue();
        }
        assertThat(small.counts()).isFalse();
        assertThat(small.takes(1)).isFalse();
    }

    @ParameterizedTest(name = "a heap of {0} MiB")
    @CsvSource({"128, 131072", "256, 262144", "1024, 1000000", "8192, 1000000"})
    void aBodyMayHavePartsByTheHeap(long heap, long parts) {
        assertThat(new BodyBudget(heap * MIB).parts()).isEqualTo(parts);
    }

    private static HttpRequest post(Encoding encoding, byte[] body) {
        return HttpRequest.newBuilder(EDGE.uri("/api/v1/scheduler"))
                .header("Content-Type", encoding.contentType())
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] empties(Encoding encoding) {
        var out = new ByteArrayOutputStream(BODY_LIMIT);
        if (encoding == Encoding.JSON) {
            out.writeBytes("{\"type\":\"ACCEPT\",\"accept\":{\"operations\":[{}".getBytes(StandardCharsets.UTF_8));
            while (out.size() < BODY_LIMIT - 6) {
                out.writeBytes(new byte[] {',', '{', '}'});
            }
            out.writeBytes("]}}".getBytes(StandardCharsets.UTF_8));
        } else {
            while (out.size() < BODY_LIMIT) {
                out.writeBytes(new byte[] {Call.ACCEPT_FIELD_NUMBER << 3 | 2, 0});
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfVeryManyEmptyMessagesIsRefused(Encoding encoding) throws Exception {
        var answer = EDGE.client.send(post(encoding, empties(encoding)), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("messages and elements of lists");
        await().atMost(MasterEdge.PATIENCE).until(() -> BodyBudget.OF_PROCESS.taken() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void aLargeCallOfARealSchedulerPasses(Encoding encoding) throws Exception {
        var call = Call.newBuilder().setType(Call.Type.ACCEPT);
        call.getFrameworkIdBuilder().setValue("f");
        call.getAcceptBuilder().addOfferIdsBuilder().setValue("o");
        var operation = call.getAcceptBuilder().addOperationsBuilder().setType(Offer.Operation.Type.LAUNCH);
        for (int i = 0; i < 5000; i++) {
            var task = operation.getLaunchBuilder().addTaskInfosBuilder().setName("task-" + i);
            task.getTaskIdBuilder().setValue("task-" + i);
            task.getAgentIdBuilder().setValue("agent");
            var command = task.getCommandBuilder().setValue("exec sleep 1000");
            for (int j = 0; j < 5; j++) {
                command.getEnvironmentBuilder()
                        .addVariablesBuilder()
                        .setName("VARIABLE_" + j)
                        .setValue("value of " + j);
            }
        }

        var answer = EDGE.client.sendAsync(post(encoding, encoding.write(call.build())), BodyHandlers.ofString());
        var invoke = EDGE.expect(FrameworkProtocol.Invoke.class);
        assertThat(invoke.call().getAccept().getOperations(0).getLaunch().getTaskInfosCount())
                .isEqualTo(5000);
        assertThat(BodyBudget.OF_PROCESS.taken()).as("until it is answered").isPositive();
        invoke.replyTo().tell(CallAnswer.ACCEPTED);

        assertThat(answer.get().statusCode()).isEqualTo(202);
        await().atMost(MasterEdge.PATIENCE).until(() -> BodyBudget.OF_PROCESS.taken() == 0);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/reserve", "/weights"})
    void olderEndpointsCountToo(String path) throws Exception {
        var body = new StringBuilder(path.equals("/reserve") ? "slaveId=a&resources=" : "").append("[{}");
        while (body.length() < BODY_LIMIT - 4) {
            body.append(",{}");
        }
        var request = HttpRequest.newBuilder(EDGE.uri(path))
                .method(
                        path.equals("/reserve") ? "POST" : "PUT",
                        BodyPublishers.ofString(body.append(']').toString()))
                .build();

        var answer = EDGE.client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("messages and elements of lists");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsMadeOfTheOlderFormCounts(boolean percentEncoded) throws Exception {
        int many = 1_000;
        var resource = "{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},"
                + "\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"eng\"}]}";
        var list = "[" + String.join(",", Collections.nCopies(many, resource)) + "]";
        var body = "slaveId=A&resources=" + (percentEncoded ? URLEncoder.encode(list, StandardCharsets.UTF_8) : list);
        EDGE.agentIsThere("A");

        var answer = EDGE.client.sendAsync(EDGE.request("/reserve", body), BodyHandlers.ofString());
        var asked = EDGE.agents.expectMessageClass(AgentProtocol.Operate.class, MasterEdge.PATIENCE);
        assertThat(asked.operation().getReserve().getResourcesCount()).isEqualTo(many);
        assertThat(BodyBudget.OF_PROCESS.taken())
                .as("three objects each and more")
                .isGreaterThan(body.length() + 3L * many * MessageParts.BYTES);
        asked.replyTo().tell(CallAnswer.ACCEPTED);

        assertThat(answer.get().statusCode()).isEqualTo(202);
        await().atMost(MasterEdge.PATIENCE).until(() -> BodyBudget.OF_PROCESS.taken() == 0);
    }

    @Test
    void whatIsInAFormMayBePercentEncoded() {
        var budget = new BodyBudget(2048);
        assertThat(budget.partsOfForm("a=1&b=%7b".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(1);
        assertThat(budget.partsOfForm("a={%7B%zz%7".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(2);
        assertThat(budget.partsOfForm("a=,%2c{%2C,{".getBytes(StandardCharsets.UTF_8)))
                .as("two lists of as many as may be")
                .isEqualTo(4);
    }

    @Test
    void whatIsHeldMayBecomeLessAndIsCountedAnew() {
        var budget = new BodyBudget(32 * MIB);
        var one = budget.share();
        var other = budget.share();
        one.takes(6 * MIB);
        assertThat(other.holds(3 * MIB)).isFalse();
        assertThat(other.holds(2 * MIB)).isTrue();
        assertThat(other.holds(2 * MIB)).isTrue();
        assertThat(other.holds(MIB)).isTrue();
        assertThat(budget.taken()).isEqualTo(7 * MIB);

        other.over();
        one.takes(20 * MIB);
        assertThat(one.holds(19 * MIB)).as("less always has room").isTrue();
        assertThat(other.holds(MIB)).as("what is over counts no more").isTrue();
        assertThat(budget.taken()).isEqualTo(19 * MIB);
    }

    /** Three bytes of it would otherwise be answered with a hundred and seventy. */
    @ParameterizedTest
    @EnumSource
    void aCallThatLacksVeryManyFieldsIsAnsweredInBrief(Encoding encoding) throws Exception {
        var call = Call.newBuilder().setType(Call.Type.ACCEPT);
        call.getAcceptBuilder()
                .addOperationsBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .getLaunchBuilder()
                .addAllTaskInfos(Collections.nCopies(100_000, TaskInfo.getDefaultInstance()));

        var answer = EDGE.client.send(post(encoding, encoding.write(call.buildPartial())), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("Missing required fields: accept.operations[0].launch.task_infos[0].name, ")
                .hasSizeLessThan(4096);
        await().atMost(MasterEdge.PATIENCE).until(() -> BodyBudget.OF_PROCESS.taken() == 0);
    }

    @Test
    void aBodyInChunksOfOneByteIsRead() throws Exception {
        int many = 100_000;
        try (var client = EDGE.raw()) {
            var chunks = "1\r\n \r\n".repeat(many) + "2\r\n{}\r\n0\r\n\r\n";
            var answer = client.send("POST /api/v1/scheduler HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n" + chunks)
                    .answer();

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("Expecting 'type'");
        }
    }
}

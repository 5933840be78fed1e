package io.baton.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.baton.protocol.codec.MalformedMessageException.Kind;
import io.baton.v1.AgentID;
import io.baton.v1.Offer;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.scheduler.Call;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EncodingTest {
    private static final com.sun.management.ThreadMXBean ALLOCATION =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Call KILL = Call.newBuilder()
            .setType(Call.Type.KILL)
            .setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue("t")))
            .build();

    @ParameterizedTest
    @EnumSource
    void readsWhatItWrote(Encoding encoding) throws MalformedMessageException {
        assertThat(encoding.parse(encoding.write(KILL), Call.newBuilder()).build())
                .isEqualTo(KILL);
        assertThat(encoding.parse(ByteString.copyFrom(encoding.write(KILL)), Call.newBuilder())
                        .build())
                .isEqualTo(KILL);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            application/json                  | JSON
            application/json; charset=utf-8   | JSON
            ' Application/JSON ;q=1'          | JSON
            application/x-protobuf            | PROTOBUF
            APPLICATION/X-PROTOBUF            | PROTOBUF
            application/jsonx                 | none
            text/plain                        | none
            ''                                | none
            """)
    void knowsItsContentType(String header, Encoding encoding) {
        assertThat(Encoding.ofContentType(header).orElse(null)).isEqualTo(encoding);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            '{'                                | UNREADABLE   | syntax error at line 1
            '[]'                               | DOES_NOT_FIT | Expecting a JSON object
            '{"framework_id":"x"}'             | DOES_NOT_FIT | Not expecting a JSON string for field 'framework_id'
            '{"type":"KILL","kill":{}}'        | DOES_NOT_FIT | Missing required fields: kill.task_id
            """)
    void refusesJsonThatIsNoCall(String json, Kind kind, String text) {
        var refusal = refusal(Encoding.JSON, json.getBytes(UTF_8));

        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal).hasMessageStartingWith(text);
    }

    // truncated in a field; a length of 2^31-1 in ten bytes; a negative length; tag 0; a group never ended
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            0a0501                | UNREADABLE
            0affffffff0701020304  | UNREADABLE
            0affffffff0f          | UNREADABLE
            00                    | UNREADABLE
            0b0b0b                | UNREADABLE
            32020a00              | DOES_NOT_FIT
            3200                  | DOES_NOT_FIT
            """)
    void refusesBytesThatAreNoCall(String hex, Kind kind) {
        assertThat(refusal(Encoding.PROTOBUF, HexFormat.of().parseHex(hex)).kind())
                .isEqualTo(kind);
    }

    @Test
    void doesNotAllocateALengthThatWasOnlyAnnounced() {
        var body = HexFormat.of().parseHex("0affffffff0701020304");
        refusal(Encoding.PROTOBUF, body);
        long before = ALLOCATION.getCurrentThreadAllocatedBytes();
        refusal(Encoding.PROTOBUF, body);

        assertThat(ALLOCATION.getCurrentThreadAllocatedBytes() - before).isLessThan(1024 * 1024);
    }

    @Test
    void namesWhatProtobufLacks() {
        assertThat(refusal(Encoding.PROTOBUF, HexFormat.of().parseHex("3200")))
                .hasMessage("Missing required fields: kill.task_id");
    }

    @ParameterizedTest
    @EnumSource
    void ofVeryManyMissingFieldsTheFirstAreNamed(Encoding encoding) throws MalformedMessageException {
        var empty = encoding.write(launching(TaskInfo.getDefaultInstance()));
        var whole = encoding.write(launching(TaskInfo.newBuilder()
                .setName("")
                .setTaskId(TaskID.newBuilder().setValue(""))
                .setAgentId(AgentID.newBuilder().setValue(""))
                .buildPartial()));
        refusal(encoding, empty);
        encoding.parse(whole, Call.newBuilder());

        long before = ALLOCATION.getCurrentThreadAllocatedBytes();
        var refused = refusal(encoding, empty);
        long forRefused = ALLOCATION.getCurrentThreadAllocatedBytes() - before;
        encoding.parse(whole, Call.newBuilder());
        long forTaken = ALLOCATION.getCurrentThreadAllocatedBytes() - before - forRefused;

        assertThat(refused.kind()).isEqualTo(Kind.DOES_NOT_FIT);
        assertThat(refused.getMessage())
                .startsWith("Missing required fields: accept.operations[0].launch.task_infos[0].name,"
                        + " accept.operations[0].launch.task_infos[0].task_id, ")
                .endsWith(" and others")
                .hasSizeLessThan(2048);
        assertThat(forRefused).isLessThan(forTaken + 1024 * 1024);
    }

    private static Call launching(TaskInfo task) {
        var call = Call.newBuilder().setType(Call.Type.ACCEPT);
        call.getAcceptBuilder()
                .addOperationsBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .getLaunchBuilder()
                .addAllTaskInfos(Collections.nCopies(100_000, task));
        return call.buildPartial();
    }

    private static MalformedMessageException refusal(Encoding encoding, byte[] body) {
        return catchThrowableOfType(MalformedMessageException.class, () -> encoding.parse(body, Call.newBuilder()));
    }
}

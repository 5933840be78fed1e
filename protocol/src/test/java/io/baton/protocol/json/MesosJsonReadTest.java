package io.baton.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.baton.protocol.json.MesosJsonException.Kind;
import io.baton.v1.Filters;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send, and what they are told when it will not do. */
class MesosJsonReadTest {
    // read, then written again: what is gone on the right was taken as unset
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | {}
             { "type" : "SUPPRESS" }  | {"type":"SUPPRESS"}
            {"type":null} | {}
            {"framework_id":null,"type":"REVIVE","revive":null} | {"type":"REVIVE"}
            {"type":"FOO"} | {}
            {"type":"suppress"} | {}
            {"nobody":{"x":[1,{"y":2}]},"type":"REVIVE","knows":[[]]} | {"type":"REVIVE"}
            {"type":"KILL","type":"REVIVE"} | {"type":"REVIVE"}
            {"type":"KILL","type":null} | {}
            {"framework_id":{"value":"a"},"framework_id":{"value":"b"}} | {"framework_id":{"value":"b"}}
            {"revive":{"roles":["a"],"roles":["b"]}} | {"revive":{"roles":["b"]}}
            {"revive":{"roles":"a"}} | {"revive":{"roles":["a"]}}
            {"revive":{"roles":null}} | {"revive":{}}
            {"revive":{"roles":["a",null,"b"]}} | {"revive":{"roles":["a","b"]}}
            {"revive":{"roles":[]}} | {"revive":{}}
            {"revive":{"roles":[["a"],"b"]}} | {"revive":{"roles":["a","b"]}}
            {"decline":{"offer_ids":{"value":"o1"}}} | {"decline":{"offer_ids":[{"value":"o1"}]}}
            {"decline":{"filters":{"refuse_seconds":3}}} | {"decline":{"filters":{"refuse_seconds":3.0}}}
            {"decline":{"filters":{"refuse_seconds":"3.5"}}} | {"decline":{"filters":{"refuse_seconds":3.5}}}
            {"decline":{"filters":{"refuse_seconds":"Infinity"}}} | {"decline":{"filters":{"refuse_seconds":"Infinity"}}}
            {"decline":{"filters":{"refuse_seconds":"-Infinity"}}} | {"decline":{"filters":{"refuse_seconds":"-Infinity"}}}
            {"decline":{"filters":{"refuse_seconds":1e2}}} | {"decline":{"filters":{"refuse_seconds":100.0}}}
            {"decline":{"filters":{}}} | {"decline":{"filters":{"refuse_seconds":5.0}}}
            {"decline":{"filters":null}} | {"decline":{}}
            {"accept":{"operations":[null,{"type":"LAUNCH","launch":{"task_infos":[]}}]}} | {"accept":{"operations":[{"type":"LAUNCH","launch":{}}]}}
            {"subscribe":{"framework_info":{"user":"u","name":"n","id":null,"checkpoint":"true"}}} | {"subscribe":{"framework_info":{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":true}}}
            {"subscribe":{"framework_info":{"user":"u","name":"n","capabilities":[{"type":"FUTURE"}]}}} | {"subscribe":{"framework_info":{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false,"capabilities":[{}]}}}
            {"subscribe":{"framework_info":{"user":"u","name":"n"},"offer_constraints":{"role_constraints":{"b":{},"a":{"groups":{}}}}}} | {"subscribe":{"framework_info":{"user":"u","name":"n","failover_timeout":0.0,"checkpoint":false},"offer_constraints":{"role_constraints":{"a":{"groups":[{}]},"b":{}}}}}
            {"acknowledge":{"agent_id":{"value":"S0"},"task_id":{"value":"t"},"uuid":"YWJj"}} | {"acknowledge":{"agent_id":{"value":"S0"},"task_id":{"value":"t"},"uuid":"YWJj"}}
            {"kill":{"task_id":{"value":"\\u00e9\\ud83d\\ude00/\\n"}}} | {"kill":{"task_id":{"value":"\\u00E9\\uD83D\\uDE00/\\n"}}}
            {"kill":{"task_id":{"value":"é"}}} | {"kill":{"task_id":{"value":"\\u00E9"}}}
            """)
    void takesWhatRealClientsSend(String json, String again) throws MesosJsonException {
        assertThat(MesosJson.text(
                        MesosJson.parse(json.getBytes(UTF_8), Call.newBuilder()).build()))
                .isEqualTo(again);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [] | Expecting a JSON object
            [{"type":"REVIVE"}] | Expecting a JSON object
            "REVIVE" | Expecting a JSON object
            null | Expecting a JSON object
            1 | Expecting a JSON object
            {"framework_id":"x"} | Not expecting a JSON string for field 'framework_id'
            {"framework_id":1} | Not expecting a JSON number for field 'framework_id'
            {"framework_id":1.5} | Not expecting a JSON number for field 'framework_id'
            {"framework_id":true} | Not expecting a JSON boolean for field 'framework_id'
            {"framework_id":[]} | Not expecting a JSON array for field 'framework_id'
            {"framework_id":{"value":5}} | Not expecting a JSON number for field 'value'
            {"framework_id":{"value":{}}} | Not expecting a JSON object for field 'value'
            {"framework_id":{"value":["x"]}} | Not expecting a JSON array for field 'value'
            {"framework_id":{"value":false}} | Not expecting a JSON boolean for field 'value'
            {"type":6} | Not expecting a JSON number for field 'type'
            {"revive":{"roles":[{}]}} | Not expecting a JSON object for field 'roles'
            {"decline":{"filters":{"refuse_seconds":"soon"}}} | Failed to parse 'soon' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":"0x10"}}} | Failed to parse '0x10' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":"1d"}}} | Failed to parse '1d' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":"NaN"}}} | Failed to parse 'NaN' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":"+Infinity"}}} | Failed to parse '+Infinity' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":""}}} | Failed to parse '' as a JSON number for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":true}}} | Not expecting a JSON boolean for field 'refuse_seconds'
            {"decline":{"filters":{"refuse_seconds":1e999999999}}} | Number 1e999999999 is out of range for field 'refuse_seconds' of type double
            {"decline":{"filters":{"refuse_seconds":"-1e400"}}} | Number -1e400 is out of range for field 'refuse_seconds' of type double
            {"subscribe":{"framework_info":{"user":"u","name":"n","checkpoint":1}}} | Not expecting a JSON number for field 'checkpoint'
            {"subscribe":{"framework_info":{"user":"u","name":"n","checkpoint":"yes"}}} | Failed to parse 'yes' as a JSON boolean for field 'checkpoint'
            {"subscribe":{"framework_info":{"user":5,"name":"n"}}} | Not expecting a JSON number for field 'user'
            {"subscribe":{"framework_info":{},"offer_constraints":{"role_constraints":"x"}}} | Not expecting a JSON string for field 'role_constraints'
            {"acknowledge":{"uuid":"!!"}} | Failed to base64 decode bytes field 'uuid': Invalid character '!'
            {"acknowledge":{"uuid":"YWJ\\u000a"}} | Failed to base64 decode bytes field 'uuid': Invalid character '\\u000a'
            {"acknowledge":{"uuid":"YWJjZ"}} | Failed to base64 decode bytes field 'uuid': Invalid length or padding
            {"kill":{}} | Missing required fields: kill.task_id
            {"kill":{"task_id":null}} | Missing required fields: kill.task_id
            {"kill":{"task_id":{}}} | Missing required fields: kill.task_id.value
            {"acknowledge":{}} | Missing required fields: acknowledge.agent_id, acknowledge.task_id, acknowledge.uuid
            {"accept":{"operations":[{},{"launch":{"task_infos":{"name":"n"}}}]}} | Missing required fields: accept.operations[1].launch.task_infos[0].task_id, accept.operations[1].launch.task_infos[0].agent_id
            """)
    void refusesJsonThatIsNoCall(String json, String refusal) {
        var refused = refused(json);

        assertThat(refused).hasMessage(refusal);
        assertThat(refused.kind()).isEqualTo(Kind.DOES_NOT_FIT);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"kill\":{\"task_id\":{\"value\":\"a\\ud800\"}}}",
                "{\"kill\":{\"task_id\":{\"value\":\"\\udc00a\"}}}",
                "{\"kill\":{\"task_id\":{\"value\":\"\\ud800\\ud83d\\ude00\"}}}",
                "{\"kill\":{\"task_id\":{\"value\":\"\\ud83d\\ude00\\ude00\"}}}",
                "{\"subscribe\":{\"offer_constraints\":{\"role_constraints\":{\"\\ud800\":{}}}}}"
            })
    void halfOfASurrogatePairIsNoText(String json) {
        var refused = refused(json);

        assertThat(refused).hasMessageStartingWith("syntax error at line 1 near: ");
        assertThat(refused.kind()).isEqualTo(Kind.NOT_JSON);
    }

    @Test
    void halfOfASurrogatePairThatIsNotEscapedIsNoTextEither() {
        var json = "{\"kill\":{\"task_id\":{\"value\":\"a???\"}}}".getBytes(UTF_8);
        int at = new String(json, UTF_8).indexOf("???");
        json[at] = (byte) 0xed;
        json[at + 1] = (byte) 0xa0;
        json[at + 2] = (byte) 0x80;

        assertThat(catchThrowableOfType(MesosJsonException.class, () -> MesosJson.parse(json, Call.newBuilder())))
                .hasMessageStartingWith("syntax error at line 1");
    }

    @Test
    void whatWasWrittenIsReadBackThoughItIsNoNumber() throws MesosJsonException {
        var written = MesosJson.write(
                Filters.newBuilder().setRefuseSeconds(Double.NaN).build());

        assertThat(MesosJson.readBack(written, Filters.newBuilder()).getRefuseSeconds())
                .isNaN();
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                  | {}
            [{"value":"a"},{"value":"b"}]       | {"offer_ids":[{"value":"a"},{"value":"b"}]}
            {"value":"a"}                       | Expecting a JSON array
            null                                | Expecting a JSON array
            [7]                                 | Not expecting a JSON number for field 'offer_ids'
            [{}]                                | Missing required fields: offer_ids[0].value
            [],"offer_ids":[{"value":"a"}]      | syntax error
            []}                                 | syntax error
            ``                                  | syntax error
            """)
    void readsAListThatStandsAlone(String json, String outcome) {
        String read;
        try {
            var into = Call.Decline.newBuilder();
            read = MesosJson.text(MesosJson.parseList(json.getBytes(UTF_8), "offer_ids", into, Long.MAX_VALUE)
                    .build());
        } catch (MesosJsonException refused) {
            read = refused.getMessage();
        }
        assertThat(read).startsWith(outcome);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `` | 1 | 1
            { | 1 | 2
            } | 1 | 1
            x | 1 | 1
            {"type":"REVIVE" | 1 | 17
            {"type":REVIVE} | 1 | 9
            {"type":"REVIVE",} | 1 | 18
            {type:"REVIVE"} | 1 | 2
            {'type':'REVIVE'} | 1 | 2
            {"type":"REVIVE"}x | 1 | 18
            {"type":"REVIVE"}{} | 1 | 18
            {"a":NaN} | 1 | 6
            {"a":01} | 1 | 6
            {"a":"\\x"} | 1 | 7
            """)
    void refusesWhatIsNoJsonWithLineAndColumn(String json, int line, int column) {
        var refused = refused(json);

        assertThat(refused.kind()).isEqualTo(Kind.NOT_JSON);
        assertThat(refused).hasMessageStartingWith("syntax error at line 1 near: ");
        assertThat(refused.line()).isEqualTo(line);
        assertThat(refused.column()).isBetween(column, column + 3);
    }

    @Test
    void refusesBytesThatAreNoText() throws MesosJsonException {
        var refused = catchThrowableOfType(
                MesosJsonException.class,
                () -> MesosJson.parse(new byte[] {'{', '"', (byte) 0xff, '"'}, Call.newBuilder()));

        assertThat(refused.kind()).isEqualTo(Kind.NOT_JSON);
    }

    @Test
    void countsLines() {
        var refused = refused("{\n \"type\":\n \"REVIVE\"\n x}");

        assertThat(refused).hasMessageStartingWith("syntax error at line 4 near: ");
        assertThat(refused.line()).isEqualTo(4);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            int64  | 9223372036854775807     | 9223372036854775807
            int64  | -9223372036854775808    | -9223372036854775808
            int64  | 9223372036854775808     | out of range
            int64  | 1.795347600123E18       | 1795347600123000000
            int64  | 1e999999999             | out of range
            int64  | 1e99999999999999999999  | out of range
            int64  | -1e-99999999999999999999| 0
            int64  | 1e-999999999            | 0
            int64  | -1.9                    | -1
            int64  | "12"                    | 12
            uint64 | 18446744073709551615    | 18446744073709551615
            uint64 | 18446744073709551616    | out of range
            uint64 | -1                      | out of range
            uint64 | 5.0                     | 5
            uint64 | "18446744073709551615"  | 18446744073709551615
            uint32 | 4294967295              | 4294967295
            uint32 | 4294967296              | out of range
            uint32 | -1                      | out of range
            uint32 | "31000"                 | 31000
            int32  | -2147483648             | -2147483648
            int32  | 2147483648              | out of range
            """)
    void takesIntegersWithinTheirTypeOnly(String type, String number, String outcome) {
        var json =
                switch (type) {
                    case "int64" -> "{\"unreachable_time\":{\"nanoseconds\":" + number + "}}";
                    case "uint64" ->
                        "{\"limitation\":{\"resources\":[{\"name\":\"p\",\"type\":\"RANGES\",\"ranges\":"
                                + "{\"range\":[{\"begin\":0,\"end\":" + number + "}]}}]}}";
                    case "uint32" -> "{\"container_status\":{\"executor_pid\":" + number + "}}";
                    default -> "{\"check_status\":{\"command\":{\"exit_code\":" + number + "}}}";
                };
        var builder = TaskStatus.newBuilder();
        String read;
        try {
            JsonReader.read(json.getBytes(UTF_8), builder, Long.MAX_VALUE);
            read = switch (type) {
                case "int64" -> Long.toString(builder.getUnreachableTime().getNanoseconds());
                case "uint64" ->
                    Long.toUnsignedString(builder.getLimitation()
                            .getResources(0)
                            .getRanges()
                            .getRange(0)
                            .getEnd());
                case "uint32" ->
                    Integer.toUnsignedString(builder.getContainerStatus().getExecutorPid());
                default ->
                    Integer.toString(builder.getCheckStatus().getCommand().getExitCode());
            };
        } catch (MesosJsonException e) {
            assertThat(e).hasMessageStartingWith("Number " + number).hasMessageEndingWith(" of type " + type);
            read = "out of range";
        }

        assertThat(read).isEqualTo(outcome);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"r","limits":{"a":{"value":1},"b":null,"a":{"value":2}}} | {"role":"r","limits":{"a":{"value":2.0}}}
            {"role":"r","limits":{"a":{"value":1},"a":null}} | {"role":"r"}
            {"role":"r","limits":[{"a":{"value":1}},{"b":{"value":2}},null]} | {"role":"r","limits":{"a":{"value":1.0},"b":{"value":2.0}}}
            {"role":"r","limits":null} | {"role":"r"}
            """)
    void takesMaps(String json, String again) throws MesosJsonException {
        assertThat(MesosJson.text(MesosJson.parse(json.getBytes(UTF_8), QuotaConfig.newBuilder())
                        .build()))
                .isEqualTo(again);
    }

    @Test
    void missesRequiredFieldsInMaps() {
        var refused = catchThrowableOfType(
                MesosJsonException.class,
                () -> MesosJson.parse(
                        "{\"role\":\"r\",\"limits\":{\"a\":{}}}".getBytes(UTF_8), QuotaConfig.newBuilder()));

        assertThat(refused).hasMessage("Missing required fields: limits[0].value.value");
    }

    @Test
    void refusesAnUnknownEnumWhereOneIsRequired() {
        var refused = catchThrowableOfType(
                MesosJsonException.class,
                () -> MesosJson.parse("{\"name\":\"cpus\",\"type\":\"FOO\"}".getBytes(UTF_8), Resource.newBuilder()));

        assertThat(refused).hasMessage("Failed to find enum for 'FOO' in field 'type'");
    }

    @Test
    void replacesWhatTheBuilderHeld() throws MesosJsonException {
        var into = Call.newBuilder().setType(Call.Type.KILL);
        into.getReviveBuilder().addRoles("old");

        MesosJson.parse("{\"revive\":{\"roles\":[\"new\"]}}".getBytes(UTF_8), into);

        assertThat(MesosJson.text(into.build())).isEqualTo("{\"type\":\"KILL\",\"revive\":{\"roles\":[\"new\"]}}");
    }

    @ParameterizedTest(name = "nested {0} times by {1}")
    @CsvSource(delimiter = '|', textBlock = """
            10000   | {"unknown":   | TOO_DEEP
            1000000 | [             | TOO_DEEP
            65      | [             | TOO_DEEP
            64      | [             | NOT_JSON
            """)
    void refusesDeepNestingQuickly(int depth, String opening, Kind kind) {
        var json = opening.repeat(depth);
        long before = ManagementFactory.getThreadMXBean()
                .getThreadCpuTime(Thread.currentThread().getId());
        var refused = refused(json);
        long spent = ManagementFactory.getThreadMXBean()
                        .getThreadCpuTime(Thread.currentThread().getId())
                - before;

        assertThat(refused.kind()).isEqualTo(kind);
        assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void refusesNestingOfTheMessageItself() {
        var refused = catchThrowableOfType(
                MesosJsonException.class,
                () -> MesosJson.parse(
                        "{\"container_status\":{\"container_id\":"
                                .concat("{\"value\":\"x\",\"parent\":".repeat(70))
                                .getBytes(UTF_8),
                        TaskStatus.newBuilder()));

        assertThat(refused.kind()).isEqualTo(Kind.TOO_DEEP);
        assertThat(refused).hasMessageStartingWith("nested deeper than 64 levels, at line 1 column ");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            number   | 401      | TOO_LONG
            string   | 16777217 | TOO_LONG
            name     | 4097     | TOO_LONG
            """)
    void refusesWhatIsTooLong(String what, int length, Kind kind) {
        var json =
                switch (what) {
                    case "number" -> "{\"a\":" + "1".repeat(length) + "}";
                    case "string" -> "{\"framework_id\":{\"value\":\"" + "x".repeat(length) + "\"}}";
                    default -> "{\"" + "x".repeat(length) + "\":1}";
                };

        assertThat(refused(json).kind()).isEqualTo(kind);
    }

    @Test
    void showsHostileTextInAscii() {
        var refused = refused(
                "{\"decline\":{\"filters\":{\"refuse_seconds\":\"\\r\\n\\u001b[31m\\u202e" + "x".repeat(50) + "\"}}}");

        assertThat(refused.getMessage())
                .isEqualTo("Failed to parse '\\u000d\\u000a\\u001b[31m\\u202e" + "x".repeat(32)
                        + "...' as a JSON number for field 'refuse_seconds'");
    }

    @Test
    void readsARecordedEvent() throws MesosJsonException {
        var json = "{\"type\":\"OFFERS\",\"offers\":{\"offers\":[{\"id\":{\"value\":\"m-O58\"},\"framework_id\":"
                + "{\"value\":\"m-0002\"},\"agent_id\":{\"value\":\"m-S0\"},\"hostname\":\"127.0.0.1\",\"url\":"
                + "{\"scheme\":\"http\",\"address\":{\"hostname\":\"127.0.0.1\",\"ip\":\"127.0.0.1\",\"port\":5051},"
                + "\"path\":\"/slave(1)\"},\"resources\":[{\"name\":\"ports\",\"type\":\"RANGES\",\"ranges\":{\"range\":"
                + "[{\"begin\":31000,\"end\":32000}]},\"role\":\"*\",\"allocation_info\":{\"role\":\"*\"}},{\"name\":"
                + "\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":7.9},\"role\":\"*\",\"allocation_info\":"
                + "{\"role\":\"*\"}}],\"allocation_info\":{\"role\":\"*\"}}]}}";

        assertThat(MesosJson.text(MesosJson.parse(json.getBytes(UTF_8), Event.newBuilder())
                        .build()))
                .isEqualTo(json);
    }

    @Test
    void readsTheCallOfAClientThatSpellsOutNulls() throws MesosJsonException {
        var json =
                "{\"type\":\"ACCEPT\",\"framework_id\":{\"value\":\"f\"},\"subscribe\":null,\"accept\":{\"offer_ids\":"
                        + "[{\"value\":\"o\"}],\"filters\":null,\"operations\":[{\"type\":\"LAUNCH\",\"launch\":{\"task_infos\":"
                        + "[{\"name\":\"t\",\"task_id\":{\"value\":\"t\"},\"agent_id\":{\"value\":\"a\"},\"resources\":"
                        + "[{\"name\":\"disk\",\"type\":\"SCALAR\",\"scalar\":{\"value\":0.0}}],\"executor\":null,\"command\":"
                        + "{\"shell\":true,\"value\":\"true\",\"uris\":null}}]},\"reserve\":null}]},\"kill\":null}";
        TaskInfo task = MesosJson.parse(json.getBytes(UTF_8), Call.newBuilder())
                .getAccept()
                .getOperations(0)
                .getLaunch()
                .getTaskInfos(0);

        assertThat(task.hasExecutor()).isFalse();
        assertThat(task.getResources(0).getScalar())
                .isEqualTo(Value.Scalar.newBuilder().setValue(0).build());
    }

    private static MesosJsonException refused(String json) {
        return catchThrowableOfType(
                MesosJsonException.class, () -> MesosJson.parse(json.getBytes(UTF_8), Call.newBuilder()));
    }
}

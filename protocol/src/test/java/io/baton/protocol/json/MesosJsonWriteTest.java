package io.baton.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.baton.v1.AgentInfo;
import io.baton.v1.ContainerStatus;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.Resource;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.Value;
import io.baton.v1.master.Response;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.scheduler.Event;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients see. The left side of each table is protobuf's text format. */
class MesosJsonWriteTest {
    private static final Map<String, Message> PROTOTYPES = Map.of(
            "event", Event.getDefaultInstance(),
            "response", Response.getDefaultInstance(),
            "agent", io.baton.v1.agent.Response.getDefaultInstance(),
            "master event", io.baton.v1.master.Event.getDefaultInstance(),
            "call", io.baton.v1.master.Call.getDefaultInstance(),
            "framework", FrameworkInfo.getDefaultInstance(),
            "resource", Resource.getDefaultInstance(),
            "status", TaskStatus.getDefaultInstance(),
            "quota", QuotaConfig.getDefaultInstance());

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            event | type: HEARTBEAT | {"type":"HEARTBEAT"}
            event | type: SUBSCRIBED subscribed { framework_id { value: "f" } heartbeat_interval_seconds: 15 master_info { id: "m" ip: 16777343 port: 5050 capabilities { type: QUOTA_V2 } } } | {"type":"SUBSCRIBED","subscribed":{"framework_id":{"value":"f"},"heartbeat_interval_seconds":15.0,"master_info":{"id":"m","ip":16777343,"port":5050,"capabilities":[{"type":"QUOTA_V2"}]}}}
            event | type: UPDATE update { status { task_id { value: "t" } state: TASK_STARTING source: SOURCE_EXECUTOR agent_id { value: "S0" } executor_id { value: "t" } timestamp: 1795352057.78728 uuid: "\\001\\377\\376" } } | {"type":"UPDATE","update":{"status":{"task_id":{"value":"t"},"state":"TASK_STARTING","source":"SOURCE_EXECUTOR","agent_id":{"value":"S0"},"executor_id":{"value":"t"},"timestamp":1795352057.78728,"uuid":"Af/+"}}}
            resource | name: "ports" type: RANGES ranges { range { begin: 31000 end: 32000 } } | {"name":"ports","type":"RANGES","ranges":{"range":[{"begin":31000,"end":32000}]}}
            resource | name: "cpus" type: SCALAR scalar { value: 8 } role: "*" allocation_info { role: "*" } | {"name":"cpus","type":"SCALAR","scalar":{"value":8.0},"role":"*","allocation_info":{"role":"*"}}
            resource | name: "cpus" type: SCALAR scalar { value: 0.1 } revocable { } | {"name":"cpus","type":"SCALAR","scalar":{"value":0.1},"revocable":{}}
            framework | user: "root" name: "x" | {"user":"root","name":"x","failover_timeout":0.0,"checkpoint":false}
            framework | user: "root" name: "x" checkpoint: true roles: "a" roles: "b" | {"user":"root","name":"x","failover_timeout":0.0,"checkpoint":true,"roles":["a","b"]}
            quota | role: "dev" limits { key: "mem" value { value: 1 } } limits { key: "cpus" value { value: 2 } } | {"role":"dev","limits":{"cpus":{"value":2.0},"mem":{"value":1.0}}}
            call | type: DRAIN_AGENT drain_agent { agent_id { value: "S0" } max_grace_period { seconds: 2 } } | {"type":"DRAIN_AGENT","drain_agent":{"agent_id":{"value":"S0"},"max_grace_period":{"seconds":2},"mark_gone":false}}
            """)
    void writesFieldsInTheOrderOfTheProtoWithTheirDefaults(String type, String text, String json)
            throws TextFormat.ParseException {
        assertThat(written(type, text)).isEqualTo(json);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            response | get_agents {} | {"get_agents":{"agents":[],"recovered_agents":[]}}
            response | get_executors {} | {"get_executors":{"executors":[]}}
            response | get_frameworks {} | {"get_frameworks":{"frameworks":[],"completed_frameworks":[]}}
            response | get_tasks {} | {"get_tasks":{"tasks":[],"unreachable_tasks":[],"completed_tasks":[]}}
            response | get_state { get_tasks {} get_agents {} } | {"get_state":{"get_tasks":{"tasks":[],"unreachable_tasks":[],"completed_tasks":[]},"get_agents":{"agents":[],"recovered_agents":[]}}}
            response | get_operations {} | {"get_operations":{}}
            response | list_files {} | {"list_files":{}}
            response | get_maintenance_schedule { schedule {} } | {"get_maintenance_schedule":{"schedule":{}}}
            agent | get_tasks {} | {"get_tasks":{"pending_tasks":[],"queued_tasks":[],"launched_tasks":[],"terminated_tasks":[],"completed_tasks":[]}}
            agent | get_operations {} | {"get_operations":{}}
            agent | get_containers {} | {"get_containers":{}}
            master event | subscribed { get_state { get_executors {} } heartbeat_interval_seconds: 15 } | {"subscribed":{"get_state":{"get_executors":{"executors":[]}},"heartbeat_interval_seconds":15.0}}
            """)
    void writesEmptyListsOnlyWhereMesosDoes(String type, String text, String json) throws TextFormat.ParseException {
        assertThat(written(type, text)).isEqualTo(json);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            0                  | 0.0
            -0.0               | -0.0
            1                  | 1.0
            15                 | 15.0
            0.1                | 0.1
            7.9                | 7.9
            0.001              | 0.001
            0.0001             | 0.0001
            1.25e-6            | 0.00000125
            1e-7               | 1.0E-7
            9999999            | 9999999.0
            12345678           | 12345678.0
            1795352057.792472  | 1795352057.792472
            -1795352057.5      | -1795352057.5
            20000000           | 20000000.0
            9007199254740993   | 9007199254740992.0
            1e20               | 100000000000000000000.0
            1e21               | 1.0E21
            1.7976931348623157e308 | 1.7976931348623157E308
            4.9e-324           | 4.9E-324
            2e-3               | 0.002
            Infinity           | "Infinity"
            -Infinity          | "-Infinity"
            NaN                | "NaN"
            """)
    void writesDoublesWithAFraction(double value, String json) {
        assertThat(MesosJson.text(Value.Scalar.newBuilder().setValue(value).build()))
                .isEqualTo("{\"value\":" + json + "}");
    }

    @Test
    void writesIntegersAsNumbersUnsignedWhereTheyAre() {
        assertThat(MesosJson.text(
                        Value.Range.newBuilder().setBegin(0).setEnd(-1).build()))
                .isEqualTo("{\"begin\":0,\"end\":18446744073709551615}");
        assertThat(MesosJson.text(
                        ContainerStatus.newBuilder().setExecutorPid(-1).build()))
                .isEqualTo("{\"executor_pid\":4294967295}");
        assertThat(MesosJson.text(
                        TimeInfo.newBuilder().setNanoseconds(Long.MIN_VALUE).build()))
                .isEqualTo("{\"nanoseconds\":-9223372036854775808}");
        assertThat(MesosJson.text(
                        AgentInfo.newBuilder().setHostname("h").setPort(-1).build()))
                .isEqualTo("{\"hostname\":\"h\",\"port\":-1}");
        assertThat(MesosJson.text(Duration.newBuilder().setSeconds(2).build())).isEqualTo("{\"seconds\":2}");
    }

    @Test
    void writesAsciiOnly() {
        var text = "a/b\"\\ \n\t\u0000\u001f\u00e9\u4f60\ud83d\ude00";

        assertThat(MesosJson.text(Label.newBuilder().setKey(text).build()))
                .isEqualTo("{\"key\":\"a/b\\\"\\\\ \\n\\t\\u0000\\u001F\\u00E9\\u4F60\\uD83D\\uDE00\"}");
    }

    @Test
    void writesBytesAsBase64WithoutLines() {
        var status = TaskStatus.newBuilder()
                .setUuid(ByteString.copyFrom(new byte[60]))
                .buildPartial();

        assertThat(MesosJson.text(status)).isEqualTo("{\"uuid\":\"" + "A".repeat(80) + "\"}");
    }

    private static String written(String type, String text) throws TextFormat.ParseException {
        var builder = PROTOTYPES.get(type).newBuilderForType();
        TextFormat.merge(text, builder);
        return MesosJson.text(builder.buildPartial());
    }
}

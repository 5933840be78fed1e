package io.baton.httpapi.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.protocol.codec.Encoding;
import io.baton.v1.scheduler.Call;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallRulesTest {
    private static String problem(String json) throws Exception {
        var text = json.replace('\'', '"')
                .replace("F:f", "\"framework_id\":{\"value\":\"f\"}")
                .replace("F:g", "\"framework_id\":{\"value\":\"g\"}")
                .replace("INFO", "\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}")
                .replace("INFO_F", "\"framework_info\":{\"user\":\"u\",\"name\":\"n\",\"id\":{\"value\":\"f\"}}");
        var call = Encoding.JSON.parse(text.getBytes(StandardCharsets.UTF_8), Call.newBuilder());
        return CallRules.problem(call.build()).orElse("fine");
    }

    private static final String INFO_F = "'framework_info':{'user':'u','name':'n','id':{'value':'f'}}";
    private static final String UUID = "'uuid':'AAAAAAAAAAAAAAAAAAAAAA=='";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'type':'UNKNOWN'}                                        | Expecting 'framework_id' to be present
        {'type':'UNKNOWN',F:f}                                    | fine
        {'type':'SUBSCRIBE'}                                      | Expecting 'subscribe' to be present
        {'type':'SUBSCRIBE','subscribe':{INFO}}                   | fine
        {'type':'SUBSCRIBE','subscribe':{INFO},F:f}               | 'framework_id' differs from 'subscribe.framework_info.id'
        {'type':'TEARDOWN'}                                       | Expecting 'framework_id' to be present
        {'type':'TEARDOWN',F:f}                                   | fine
        {'type':'REVIVE',F:f}                                     | fine
        {'type':'SUPPRESS',F:f}                                   | fine
        {'type':'SUPPRESS',F:f,'suppress':null}                   | fine
        {'type':'ACCEPT'}                                         | Expecting 'framework_id' to be present
        {'type':'ACCEPT',F:f}                                     | Expecting 'accept' to be present
        {'type':'ACCEPT',F:f,'accept':{}}                         | fine
        {'type':'DECLINE',F:f}                                    | Expecting 'decline' to be present
        {'type':'ACCEPT_INVERSE_OFFERS',F:f}                      | Expecting 'accept_inverse_offers' to be present
        {'type':'DECLINE_INVERSE_OFFERS',F:f}                     | Expecting 'decline_inverse_offers' to be present
        {'type':'KILL',F:f}                                       | Expecting 'kill' to be present
        {'type':'SHUTDOWN',F:f}                                   | Expecting 'shutdown' to be present
        {'type':'ACKNOWLEDGE',F:f}                                | Expecting 'acknowledge' to be present
        {'type':'ACKNOWLEDGE_OPERATION_STATUS',F:f}               | Expecting 'acknowledge_operation_status' to be present
        {'type':'RECONCILE',F:f}                                  | Expecting 'reconcile' to be present
        {'type':'RECONCILE_OPERATIONS',F:f}                       | Expecting 'reconcile_operations' to be present
        {'type':'MESSAGE',F:f}                                    | Expecting 'message' to be present
        {'type':'REQUEST',F:f}                                    | Expecting 'request' to be present
        {'type':'UPDATE_FRAMEWORK',F:f}                           | Expecting 'update_framework' to be present
        {'type':'UPDATE_FRAMEWORK',F:f,'update_framework':{INFO}} | 'framework_id' differs from 'update_framework.framework_info.id'
        """)
    void saysWhatIsWrongWithTheForm(String json, String problem) throws Exception {
        assertThat(problem(json)).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'type':'FLY',F:f}", "{'type':'revive',F:f}"})
    void anUnknownTypeIsAnsweredWithThoseThereAre(String json) throws Exception {
        assertThat(problem(json))
                .startsWith("Expecting 'type' to be present: one of SUBSCRIBE, TEARDOWN, ACCEPT, DECLINE, ")
                .doesNotContain("UNKNOWN");
    }

    @Test
    void subscribersIdsMustAgree() throws Exception {
        var info = "{'type':'SUBSCRIBE','subscribe':{" + INFO_F + "}";
        assertThat(problem(info + ",F:f}")).isEqualTo("fine");
        assertThat(problem(info + ",F:g}")).contains("differs");
        assertThat(problem(info + "}")).contains("differs");
        assertThat(problem("{'type':'SUBSCRIBE','framework_id':{'value':''},'subscribe':{INFO}}"))
                .isEqualTo("fine");
    }

    @Test
    void acknowledgementsNeedAUuid() throws Exception {
        var update = "{'type':'ACKNOWLEDGE',F:f,'acknowledge':{'agent_id':{'value':'a'},'task_id':{'value':'t'},";
        assertThat(problem(update + UUID + "}}")).isEqualTo("fine");
        assertThat(problem(update + "'uuid':'AAAA'}}")).isEqualTo("Not a valid UUID");
        assertThat(problem(update + "'uuid':''}}")).isEqualTo("Not a valid UUID");
        var operation = "{'type':'ACKNOWLEDGE_OPERATION_STATUS',F:f,'acknowledge_operation_status':{"
                + "'operation_id':{'value':'o'},";
        assertThat(problem(operation + UUID + "}}")).isEqualTo("Expecting 'agent_id' to be present");
        assertThat(problem(operation + "'uuid':'AAAA'}}")).isEqualTo("Not a valid UUID");
        assertThat(problem(operation + UUID + ",'agent_id':{'value':'a'}}}")).isEqualTo("fine");
    }
}

package io.baton.httpapi.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.server.HttpConfig;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the table that real Mesos was seen to give. */
class SchedulerErrorsTest {
    private static final String PATH = "/api/v1/scheduler";
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}";
    private static final MasterEdge EDGE = new MasterEdge(MasterEdge.config()
            .with(new HttpConfig.Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(250))));

    @AfterAll
    static void end() {
        EDGE.close();
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"type": "REVIVE",                | Failed to parse body into JSON:
        {                                 | Failed to parse body into JSON:
        not json                          | Failed to parse body into JSON:
        {"type":"REVIVE",}                | Failed to parse body into JSON:
        ``                                | Failed to parse body into JSON:
        []                                | Failed to convert JSON into Call protobuf: Expecting a JSON object
        {"type":"REVIVE","framework_id":"str"} | Failed to convert JSON into Call protobuf: Not expecting a JSON string for field 'framework_id'
        {"type":"KILL","framework_id":{"value":"f"},"kill":{}} | Failed to convert JSON into Call protobuf: Missing required fields: kill.task_id
        {"type":"SUBSCRIBE","subscribe":{"framework_info":{"name":"x"}}} | Failed to convert JSON into Call protobuf: Missing required fields: subscribe.framework_info.user
        {"type":"FLY"}                    | Failed to validate scheduler::Call: Expecting 'type' to be present
        {"type":"REVIVE"}                 | Failed to validate scheduler::Call: Expecting 'framework_id' to be present
        """)
    void refusesMalformedCalls(String body, String text) throws Exception {
        var answer = EDGE.post(PATH, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith(text);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void refusesOtherMethods(String method) throws Exception {
        var request = HttpRequest.newBuilder(EDGE.uri(PATH))
                .method(method, BodyPublishers.noBody())
                .build();
        var answer = EDGE.client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
        assertThat(answer.body())
                .isEqualTo("405 Method Not Allowed. Expecting one of { 'POST' }, but received '" + method + "'.");
    }

    @Test
    void needsAContentType() throws Exception {
        var none = HttpRequest.newBuilder(EDGE.uri(PATH))
                .POST(BodyPublishers.ofString(SUBSCRIBE))
                .build();
        var answer = EDGE.client.send(none, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Expecting 'Content-Type' to be present");

        answer = EDGE.post(PATH, SUBSCRIBE, "Content-Type", "text/plain");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).isEqualTo("Expecting 'Content-Type' of application/json or application/x-protobuf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json; charset=utf-8",
                "Application/JSON",
                "application/json;foo=bar",
                "application/x-protobuf; a=b"
            })
    void takesContentTypesWithParametersAndInAnyCase(String type) throws Exception {
        var answer = EDGE.post(PATH, "{}", "Content-Type", type);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("Failed to");
    }

    @Test
    void refusesBrokenProtobuf() throws Exception {
        for (var bytes : new byte[][] {
            {0x0a, 5, 'a'}, // a field of five bytes that ends after one
            {0x1a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0, 0, 0, 0}, // a length of 2^31-1
            "{\"type\":\"REVIVE\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8)
        }) {
            var request = HttpRequest.newBuilder(EDGE.uri(PATH))
                    .header("Content-Type", "application/x-protobuf")
                    .POST(BodyPublishers.ofByteArray(bytes))
                    .build();
            var answer = EDGE.client.send(request, BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("Failed to parse body into Call protobuf");
        }
    }

    @Test
    void looksAtAcceptOnlyWhenThereIsSomethingToEncode() throws Exception {
        var answer = EDGE.post(PATH, SUBSCRIBE, "Accept", "text/html");
        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(answer.body())
                .isEqualTo("Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");

        var call = EDGE.client.sendAsync(
                EDGE.request(PATH, "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}", "Accept", "text/html"),
                BodyHandlers.ofString());
        EDGE.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.ACCEPTED);
        assertThat(call.get().statusCode()).isEqualTo(202);
    }

    @Test
    void refusesAStreamIdOnSubscribe() throws Exception {
        var answer = EDGE.post(PATH, SUBSCRIBE, "Mesos-Stream-Id", "abc");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Subscribe calls should not include the 'Mesos-Stream-Id' header");
    }

    @Test
    void answersUnknownWith501AndIdsThatCannotBeWith400() throws Exception {
        assertThat(EDGE.post(PATH, "{\"type\":\"UNKNOWN\"}").statusCode()).isEqualTo(501);
        var answer = EDGE.post(PATH, "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"../a\"}}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("Framework cannot be found");
    }

    @Test
    void answersUpdatesWith200AndSilenceWith503() throws Exception {
        var body = "{\"type\":\"UPDATE_FRAMEWORK\",\"framework_id\":{\"value\":\"f\"},\"update_framework\":"
                + "{\"framework_info\":{\"user\":\"u\",\"name\":\"n\",\"id\":{\"value\":\"f\"}}}}";
        var call = EDGE.client.sendAsync(EDGE.request("/master" + PATH, body), BodyHandlers.ofString());
        EDGE.expect(FrameworkProtocol.Invoke.class).replyTo().tell(CallAnswer.OK);
        assertThat(call.get().statusCode()).isEqualTo(200);
        assertThat(call.get().headers().firstValue("Content-Type")).isEmpty();

        var answer = EDGE.post("//api/v1/scheduler", body);
        EDGE.expect(FrameworkProtocol.Invoke.class);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("did not answer in time");
    }

    /** Whoever hears 503 sends a call again: tasks that the first one launched would be dropped by the second. */
    @Test
    void answersSilenceToWhatMustNotBeDoneTwiceWith504() throws Exception {
        var answer = EDGE.post(
                PATH,
                "{\"type\":\"ACCEPT\",\"framework_id\":{\"value\":\"f\"},\"accept\":{\"offer_ids\":[{\"value\":\"o\"}]}}",
                "Mesos-Stream-Id",
                "s");
        EDGE.expect(FrameworkProtocol.Invoke.class);

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
        assertThat(answer.body()).contains("may have taken the ACCEPT");
    }
}

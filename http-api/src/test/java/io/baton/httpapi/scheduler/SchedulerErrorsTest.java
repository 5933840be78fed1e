package io.baton.httpapi.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.server.HttpConfig;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.scheduler.Call;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

        try (var raw = EDGE.raw()) {
            var head = "POST " + PATH + " HTTP/1.1\r\nHost: x\r\n";
            assertThat(raw.send(head + "Content-Length: 0\r\n\r\n").answer().body())
                    .as("and no body")
                    .isEqualTo("Expecting 'Content-Type' to be present");
            assertThat(raw.send(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
                            .answer()
                            .body())
                    .as("in chunks")
                    .isEqualTo("Expecting 'Content-Type' to be present");
        }
    }

    @ParameterizedTest(name = "[{0}] {1}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "text/plain,{}",
                "application/octet-stream,{}",
                "application/octet-stream,''",
                "application/octet-stream;a=b,{}",
                "json,{}",
                "'',{}",
                "'',''",
                "'application/json, text/plain',{}"
            })
    void anyOtherContentTypeIs415(String type, String body) throws Exception {
        try (var raw = EDGE.raw()) {
            var answer = raw.send("POST " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .answer();

            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.body())
                    .isEqualTo("Expecting 'Content-Type' of application/json or application/x-protobuf");
        }
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

    private static HttpRequest unknown(Encoding encoding, String framework, String... headers) {
        var call = Call.newBuilder().setType(Call.Type.UNKNOWN);
        call.getFrameworkIdBuilder().setValue(framework);
        var body = framework.isEmpty() ? call.clearFrameworkId().build() : call.build();
        var request = HttpRequest.newBuilder(EDGE.uri(PATH)).header("Content-Type", encoding.contentType());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.POST(BodyPublishers.ofByteArray(encoding.write(body))).build();
    }

    @ParameterizedTest
    @EnumSource
    void aCallOfNoTypeIsRefusedAsAnyOtherBeforeItIs501(Encoding encoding) throws Exception {
        var answer = EDGE.client.send(unknown(encoding, ""), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).endsWith("Expecting 'framework_id' to be present");

        for (var refusal : List.of(
                CallAnswer.badRequest("Framework cannot be found"),
                CallAnswer.forbidden("Framework is not subscribed"),
                CallAnswer.badRequest("All non-subscribe calls should include the 'Mesos-Stream-Id' header"))) {
            assertThat(answered(unknown(encoding, "f"), refusal).statusCode()).isEqualTo(refusal.status());
        }
        var last = answered(unknown(encoding, "f", "Mesos-Stream-Id", "s"), CallAnswer.ACCEPTED);
        assertThat(last.statusCode()).isEqualTo(501);
        assertThat(last.body()).isEqualTo("501 Not Implemented.");
    }

    private static HttpResponse<String> answered(HttpRequest request, CallAnswer answer) throws Exception {
        var call = EDGE.client.sendAsync(request, BodyHandlers.ofString());
        var asked = EDGE.expect(FrameworkProtocol.Invoke.class);
        assertThat(asked.call().getType()).as("which does nothing").isEqualTo(Call.Type.REQUEST);
        asked.replyTo().tell(answer);
        return call.get();
    }

    @Test
    void answersIdsThatCannotBeWith400() throws Exception {
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

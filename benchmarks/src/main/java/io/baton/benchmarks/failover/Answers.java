package io.baton.benchmarks.failover;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;

/** What servers answer over HTTP, or that they do not. */
final class Answers {
    private static final int OK = 200;
    private static final Duration FOR_A_LOOK = Duration.ofSeconds(3);
    private static final Duration FOR_A_CHANGE = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** @return the status; -1 if nobody answers */
    int status(String url) {
        return status(to(url, FOR_A_LOOK));
    }

    /** The same for a call. */
    int post(String url, String json) {
        return status(to(url, FOR_A_CHANGE)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    /** What a call is answered, in protobuf; nothing unless the answer is 200. */
    byte[] call(String url, String json) {
        var call = to(url, FOR_A_LOOK)
                .header("Content-Type", "application/json")
                .header("Accept", "application/x-protobuf")
                .POST(BodyPublishers.ofString(json));
        try {
            var answer = client.send(call.build(), BodyHandlers.ofByteArray());
            return answer.statusCode() == OK ? answer.body() : new byte[0];
        } catch (IOException down) {
            return new byte[0];
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new byte[0];
        }
    }

    /** The same for a value. */
    int put(String url, byte[] value) {
        return status(to(url, FOR_A_CHANGE).PUT(BodyPublishers.ofByteArray(value)));
    }

    private int status(HttpRequest.Builder request) {
        try {
            // Streams do not end by themselves: the head says enough.
            var answer = client.send(request.build(), BodyHandlers.ofInputStream());
            answer.body().close();
            return answer.statusCode();
        } catch (IOException down) {
            return -1;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** What is answered, whatever it is, or why nothing. */
    String words(String url) {
        try {
            var answer = client.send(to(url, FOR_A_LOOK).build(), BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body().strip();
        } catch (IOException down) {
            return down.toString();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Empty unless the answer is 200. */
    String body(String url) {
        try {
            var answer = client.send(to(url, FOR_A_LOOK).build(), BodyHandlers.ofString());
            return answer.statusCode() == OK ? answer.body() : "";
        } catch (IOException down) {
            return "";
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static HttpRequest.Builder to(String url, Duration patience) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(patience);
    }

    /** A field's text in JSON, the first of that name; empty if there is none. */
    static String text(String json, String field) {
        var found = Pattern.compile("\"" + field + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    /** A field's number in JSON, the first of that name; -1 if there is none. */
    static int number(String json, String field) {
        var found = Pattern.compile("\"" + field + "\":\"?([0-9]+)").matcher(json);
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    /** How often the part is in a body; -1 if there is no body. */
    static int count(String body, String part) {
        return body.isEmpty() ? -1 : body.split(Pattern.quote(part), -1).length - 1;
    }
}

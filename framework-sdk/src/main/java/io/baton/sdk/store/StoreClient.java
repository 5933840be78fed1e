package io.baton.sdk.store;

import com.google.protobuf.ByteString;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.OutcomeUnknownException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Asks one master after the other, until one answers or the time is over. */
final class StoreClient {
    /** Masters answer within five seconds, also that they cannot. */
    private static final Duration ANSWER = Duration.ofSeconds(7);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final long PAUSE_MILLIS = 200;
    private static final String UNKNOWN = "outcome-unknown";

    /** The tag of a single value is its version; lists have tags of another kind. */
    private static final Pattern VERSION = Pattern.compile("\"([0-9]{1,18})\"");

    private static final Pattern DETAIL = Pattern.compile("\"detail\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** An answer of any status but 503. */
    record Answer(int status, byte[] body, OptionalLong version) {
        /** The master's words about a refusal. */
        String detail() {
            var text = new String(body, StandardCharsets.UTF_8);
            var detail = DETAIL.matcher(text);
            return detail.find() ? detail.group(1).replace("\\\"", "\"") : text;
        }
    }

    private final List<URI> masters;
    private final Optional<String> authorization;
    private final Duration limit;
    private final HttpClient http;
    private final AtomicInteger current = new AtomicInteger();

    StoreClient(List<URI> masters, Optional<String> authorization, Optional<SSLContext> tls, Duration limit) {
        this.masters = List.copyOf(masters);
        this.authorization = authorization;
        this.limit = limit;
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        tls.ifPresent(builder::sslContext);
        http = builder.build();
    }

    /** @param value null for none */
    Answer ask(String method, String path, Condition condition, ByteString value) {
        return ask(method, path, condition, value, ANSWER);
    }

    Answer watch(String path, Duration wait) {
        return ask("GET", path, Condition.NONE, null, wait.plus(ANSWER));
    }

    private Answer ask(String method, String path, Condition condition, ByteString value, Duration patience) {
        var call = new Call(method, path, condition, value);
        long deadline = System.nanoTime() + limit.plus(patience).minus(ANSWER).toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw call.unanswered();
            }
            int index = current.get();
            var answer = call.attempt(masters.get(index % masters.size()), Math.min(left, patience.toNanos()));
            if (answer.isPresent()) {
                return answer.get();
            }
            current.compareAndSet(index, index + 1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
    }

    /** One call over all its attempts. What may have been done is only asked for again if that does no harm. */
    private final class Call {
        private final String what;
        private final String path;
        private final boolean writes;
        private final Condition condition;
        private final HttpRequest.Builder request;
        private boolean mayBeDone;
        private String trouble = "";

        Call(String method, String path, Condition condition, ByteString value) {
            this.what = method + " " + path;
            this.path = path;
            this.condition = condition;
            this.writes = !method.equals("GET");
            var body = value == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(value.toByteArray());
            request = HttpRequest.newBuilder().method(method, body).setHeader("Accept", "application/x-protobuf");
            authorization.ifPresent(credentials -> request.setHeader("Authorization", credentials));
            condition.addTo(request);
        }

        /** @return empty if another master should be asked */
        Optional<Answer> attempt(URI master, long patienceNanos) {
            try {
                var answer = send(request.uri(master.resolve(path)).build(), patienceNanos);
                var said = new Answer(answer.statusCode(), answer.body(), version(answer));
                if (said.status() != 503) {
                    return Optional.of(said);
                }
                failed(master, said.detail(), new String(said.body(), StandardCharsets.UTF_8).contains(UNKNOWN));
            } catch (IOException e) {
                failed(master, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), !neverSent(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OutcomeUnknownException(what + " was interrupted", e);
            }
            return Optional.empty();
        }

        /** The client's own limit ends with the head of an answer: its body may stay out for ever. */
        private HttpResponse<byte[]> send(HttpRequest built, long patienceNanos)
                throws IOException, InterruptedException {
            var answer = http.sendAsync(built, BodyHandlers.ofByteArray());
            try {
                return answer.get(patienceNanos, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw new IOException("no answer within " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms", e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
            } finally {
                answer.cancel(true);
            }
        }

        private void failed(URI master, String why, boolean unsure) {
            trouble = master + ": " + why;
            mayBeDone |= writes && unsure;
            if (mayBeDone && !condition.holdsAlways()) {
                throw unanswered();
            }
        }

        RuntimeException unanswered() {
            return mayBeDone
                    ? new OutcomeUnknownException(
                            what + " was not answered (" + trouble + "): read the value to see whether it was done",
                            null)
                    : new MasterUnreachableException("no master of " + masters + " served " + what + " within "
                            + limit.toSeconds() + " s; the last one said: " + trouble);
        }
    }

    private static boolean neverSent(IOException failure) {
        return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    }

    private static OptionalLong version(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("ETag")
                .map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(tag -> OptionalLong.of(Long.parseLong(tag.group(1))))
                .orElse(OptionalLong.empty());
    }
}

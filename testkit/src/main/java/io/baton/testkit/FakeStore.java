package io.baton.testkit;

import com.google.protobuf.ByteString;
import io.baton.protocol.codec.Encoding;
import io.baton.testkit.http.Connection;
import io.baton.testkit.http.Request;
import io.baton.v1.store.Change;
import io.baton.v1.store.Changes;
import io.baton.v1.store.Page;
import io.baton.v1.store.Value;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The state store of the masters of one cluster, in memory, over HTTP as real masters have it. Not here: limits of all
 * namespaces together, changes that are too old to be told, pages cut for their size.
 */
final class FakeStore {
    static final String PATH = "/api/v1/store/";

    private static final int VALUE_BYTES = 256 * 1024;
    private static final long NAMESPACE_BYTES = 8L << 20;
    private static final int KEYS = 10_000;
    private static final int PAGE = 1_000;
    private static final int WAIT_SECONDS = 60;
    private static final String RESERVED = "baton.";

    /** Namespace, a slash, key. */
    private final TreeMap<String, Change> latest = new TreeMap<>();

    private long version;
    private boolean majority = true;

    private record Answer(int status, byte[] body, OptionalLong tag) {
        static Answer problem(int status, String code, String detail) {
            var escaped = detail.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", "?");
            var text = "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"" + escaped + "\"}";
            return new Answer(status, text.getBytes(StandardCharsets.UTF_8), OptionalLong.empty());
        }
    }

    synchronized void majority(boolean there) {
        majority = there;
        notifyAll();
    }

    void handle(Request request, Connection connection) throws IOException {
        var answer = answer(request);
        if (answer.status() == 503) {
            connection.answer(503, answer.body(), "Retry-After: 1");
        } else if (answer.tag().isPresent()) {
            connection.answer(
                    answer.status(), answer.body(), "ETag: \"" + answer.tag().getAsLong() + "\"");
        } else if (answer.status() == 200) { // As masters mark whatever is read again and again.
            connection.answer(
                    200, answer.body(), "ETag: W/\"" + Integer.toHexString(Arrays.hashCode(answer.body())) + "\"");
        } else {
            connection.answer(answer.status(), answer.body());
        }
    }

    /** What is a slash in a namespace or a key, and what parts them, can be told before they are decoded only. */
    private Answer answer(Request request) throws IOException {
        var parts = request.rawPath().substring(PATH.length()).split("/", -1);
        boolean list = parts.length == 1 && request.method().equals("GET");
        if (!list && parts.length != 2) {
            return bad("Expecting " + PATH + "NAMESPACE/KEY; a slash cannot be part of either");
        }
        var namespace = decoded(parts[0]);
        var problem = NameRules.problemOfId(namespace).map(why -> "namespace: " + why);
        if (list) {
            return problem.isPresent() ? bad(problem.get()) : many(namespace + "/", request);
        }
        var key = decoded(parts[1]);
        problem = problem.or(() -> NameRules.problemOfId(key).map(why -> "key: " + why));
        if (problem.isEmpty()
                && namespace.startsWith(RESERVED)
                && !request.method().equals("GET")) {
            problem = Optional.of("namespace: those that begin with '" + RESERVED + "' are the masters' own");
        }
        return problem.isPresent() ? bad(problem.get()) : one(namespace + "/" + key, request);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Answer bad(String why) {
        return Answer.problem(400, "bad-request", why);
    }

    private synchronized Answer one(String path, Request request) {
        if (!majority) {
            return Answer.problem(503, "registry-unavailable", "a majority of the masters must be up");
        }
        var present = latest.get(path);
        long now = present == null || present.getDeleted() ? 0 : present.getVersion();
        if (request.method().equals("GET")) {
            return now == 0
                    ? Answer.problem(404, "not-found", "there is no such value")
                    : new Answer(200, present.getValue().toByteArray(), OptionalLong.of(now));
        }
        var condition = condition(request);
        if (condition.isPresent() && condition.getAsLong() != now) {
            var conflict = Answer.problem(412, "version-conflict", "The value has version " + now);
            return now == 0 ? conflict : new Answer(412, conflict.body(), OptionalLong.of(now));
        }
        boolean delete = request.method().equals("DELETE");
        if (delete && now == 0) {
            return Answer.problem(404, "not-found", "there is no such value");
        }
        if (request.body().length > VALUE_BYTES) {
            return Answer.problem(413, "limit-reached", "the value has more than " + VALUE_BYTES + " bytes");
        }
        var full = delete ? Optional.<String>empty() : full(path, request.body().length);
        if (full.isPresent()) {
            return Answer.problem(413, "limit-reached", full.get());
        }
        var change = Change.newBuilder()
                .setKey(path.substring(path.indexOf('/') + 1))
                .setVersion(++version);
        latest.put(
                path,
                delete
                        ? change.setDeleted(true).build()
                        : change.setValue(ByteString.copyFrom(request.body())).build());
        notifyAll();
        return new Answer(204, new byte[0], OptionalLong.of(version));
    }

    /** Why a namespace has no room for a value of so many bytes, if it has none. */
    private Optional<String> full(String path, int bytes) {
        var namespace = path.substring(0, path.indexOf('/') + 1);
        long sum = bytes;
        int keys = 1;
        for (var entry : latest.tailMap(namespace).entrySet()) {
            if (!entry.getKey().startsWith(namespace)) {
                break;
            }
            if (!entry.getValue().getDeleted() && !entry.getKey().equals(path)) {
                sum += entry.getValue().getValue().size();
                keys++;
            }
        }
        return keys > KEYS
                ? Optional.of("the namespace has " + KEYS + " keys")
                : sum > NAMESPACE_BYTES
                        ? Optional.of("the namespace has " + NAMESPACE_BYTES + " bytes")
                        : Optional.empty();
    }

    private static OptionalLong condition(Request request) {
        var match = request.header("if-match");
        if (!match.isEmpty()) {
            return OptionalLong.of(Long.parseLong(match.replace("\"", "")));
        }
        return request.header("if-none-match").equals("*") ? OptionalLong.of(0) : OptionalLong.empty();
    }

    private Answer many(String namespace, Request request) throws IOException {
        var query = query(request.query());
        var from = namespace + query.getOrDefault("prefix", "");
        if (query.containsKey("after")) {
            long wait = Long.parseLong(query.getOrDefault("wait", "0"));
            return wait < 0 || wait > WAIT_SECONDS
                    ? bad("Expecting 'after' to be a version and 'wait' to be 0 to " + WAIT_SECONDS + " seconds")
                    : changes(from, Long.parseLong(query.get("after")), wait, encoding(request));
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "100"));
        return limit < 1 || limit > PAGE
                ? bad("Expecting 'limit' between 1 and " + PAGE + ", not " + limit)
                : page(namespace, from, query, encoding(request));
    }

    private static Encoding encoding(Request request) {
        return Encoding.ofContentType(request.header("accept")).orElse(Encoding.JSON);
    }

    private static Map<String, String> query(String text) {
        var query = new TreeMap<String, String>();
        for (var pair : text.split("&")) {
            int sign = pair.indexOf('=');
            if (sign > 0) {
                query.put(pair.substring(0, sign), URLDecoder.decode(pair.substring(sign + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private synchronized Answer page(String namespace, String from, Map<String, String> query, Encoding encoding) {
        if (!majority) {
            return Answer.problem(503, "registry-unavailable", "a majority of the masters must be up");
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "100"));
        var after = namespace + query.getOrDefault("cursor", "");
        var page = Page.newBuilder().setVersion(version);
        for (var entry : latest.tailMap(from).entrySet()) {
            if (!entry.getKey().startsWith(from)) {
                break;
            }
            var value = entry.getValue();
            if (value.getDeleted()
                    || query.containsKey("cursor") && entry.getKey().compareTo(after) <= 0) {
                continue;
            }
            if (page.getValuesCount() == limit) {
                page.setNext(page.getValues(limit - 1).getKey());
                break;
            }
            page.addValues(Value.newBuilder()
                    .setKey(value.getKey())
                    .setVersion(value.getVersion())
                    .setValue(value.getValue()));
        }
        return new Answer(200, encoding.write(page.build()), OptionalLong.empty());
    }

    private synchronized Answer changes(String from, long after, long waitSeconds, Encoding encoding)
            throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        var changes = since(from, after);
        for (long left = waitSeconds * 1000; changes.getChangesCount() == 0 && left > 0; changes = since(from, after)) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return new Answer(200, encoding.write(changes.build()), OptionalLong.empty());
    }

    private Changes.Builder since(String from, long after) {
        var found = new ArrayList<Change>();
        latest.tailMap(from).forEach((path, change) -> {
            if (path.startsWith(from) && change.getVersion() > after) {
                found.add(change);
            }
        });
        found.sort((a, b) -> Long.compare(a.getVersion(), b.getVersion()));
        return Changes.newBuilder().addAllChanges(found).setVersion(version);
    }
}

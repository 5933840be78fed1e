package io.baton.httpapi.server;

import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.codec.EntityTag;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Finds the handler of a request: by its path, then by its method. A table, since a request is looked up many thousand
 * times a second and all paths are known.
 */
public final class Router {
    private record Target(Handler handler, HttpMetrics.Route numbers, boolean compressed) {}

    /** The answer to a request and where it is counted. */
    record Answer(CompletionStage<HttpResponse> response, HttpMetrics.Route numbers) {}

    /** Older tools add it to what they read: the same paths once more. */
    private static final String JSON = ".json";

    private static final String ROOT = "/";

    private final HttpMetrics metrics;
    private final String prefix;
    private final Gate gate;
    private final CrossSite sites;
    private final Map<String, Map<String, Target>> paths = new LinkedHashMap<>();
    private final Map<String, Map<String, Target>> prefixes = new TreeMap<>(Comparator.reverseOrder());
    private final HttpMetrics.Route unknown;
    private final WrongCredentials wrong;

    /**
     * @param prefix of the process, such as {@code /master}: every path also works below it
     * @param gate looked at before anything but whether there is such a path, and whether a page of another site asks
     * @param names of this host, as browsers may know it
     */
    public Router(HttpMetrics metrics, String prefix, Gate gate, HttpConfig.Browsers browsers, Set<String> names) {
        this.metrics = metrics;
        this.prefix = prefix;
        this.gate = gate;
        this.sites = new CrossSite(browsers, names);
        this.unknown = metrics.route("unknown");
        this.wrong = new WrongCredentials(metrics, System::nanoTime);
    }

    /** What reads: a whole answer without an {@code ETag} gets one by its content. */
    public Router get(String path, Handler handler) {
        return add(paths, "GET", path, handler, true);
    }

    public Router post(String path, Handler handler) {
        return add(paths, "POST", path, handler, true);
    }

    public Router put(String path, Handler handler) {
        return add(paths, "PUT", path, handler, true);
    }

    /** A POST whose answer is never compressed: empty, or a stream. */
    public Router postBare(String path, Handler handler) {
        return add(paths, "POST", path, handler, false);
    }

    /** For every path below this one that has no route of its own. */
    public Router postBelow(String path, Handler handler) {
        return below("POST", path, handler);
    }

    /** With this method, for every path below this one that has no route of its own. */
    public Router below(String method, String path, Handler handler) {
        return add(prefixes, method, path, handler, true);
    }

    private Router add(
            Map<String, Map<String, Target>> where, String method, String path, Handler handler, boolean compressed) {
        where.computeIfAbsent(path, key -> new TreeMap<>())
                .put(method, new Target(handler, metrics.route(method + " " + path), compressed));
        return this;
    }

    /** What there is: paths and their methods. A path that ends with a slash stands for all below it. */
    public SortedMap<String, Set<String>> routes() {
        var out = new TreeMap<String, Set<String>>();
        Stream.of(paths, prefixes)
                .forEach(some -> some.forEach((path, methods) -> {
                    if (!path.equals(ROOT) && !path.endsWith(JSON)) {
                        out.put(path, new TreeSet<>(methods.keySet()));
                    }
                }));
        return out;
    }

    Answer answer(HttpRequest request, Connection connection) {
        var path = normal(request.getUri().getPathString());
        var methods = find(path);
        if (methods == null) {
            return new Answer(CompletableFuture.completedFuture(Refusal.NOT_FOUND.response()), unknown);
        }
        var method = request.method().name();
        var foreign = sites.problem(
                method, path, request.getUri().rawQueryString().orElse(""), name -> Exchange.header(request, name));
        if (foreign.isPresent()) {
            return new Answer(CompletableFuture.completedFuture(foreign.get().response()), unknown);
        }
        var verdict =
                gate.judge(method, path, Exchange.header(request, "Authorization"), wrong.of(connection.remote()));
        if (verdict.refusal().isPresent()) {
            return new Answer(
                    CompletableFuture.completedFuture(verdict.refusal().get().response()), unknown);
        }
        boolean head = request.method().equals(HttpMethods.HEAD);
        var target = methods.get(head ? "GET" : method);
        if (target == null) {
            var refusal = Refusal.method(method, String.join(", ", methods.keySet()));
            return new Answer(CompletableFuture.completedFuture(refusal.response()), unknown);
        }
        var exchange = new Exchange(request, path, connection, verdict.caller());
        var response = handled(target.handler(), exchange);
        if (head || method.equals("GET")) {
            var known = exchange.header("If-None-Match");
            response = response.thenApply(answer -> EntityTag.tagged(answer, known));
        }
        if (target.compressed() && Accept.gzip(exchange.header("Accept-Encoding"))) {
            response = response.thenApply(Replies::gzipped);
        }
        return new Answer(response, target.numbers());
    }

    private static CompletionStage<HttpResponse> handled(Handler handler, Exchange exchange) {
        try {
            return handler.handle(exchange);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Map<String, Target> find(String path) {
        var exact = paths.get(path);
        if (exact != null) {
            return exact;
        }
        for (var entry : prefixes.entrySet()) {
            if (path.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** Without doubled and trailing slashes and the prefix of the process. */
    String normal(String path) {
        var plain = path;
        while (plain.contains("//")) {
            plain = plain.replace("//", "/");
        }
        if (plain.endsWith("/") && !plain.equals(ROOT)) {
            plain = plain.substring(0, plain.length() - 1);
        }
        if (plain.startsWith(prefix) && plain.startsWith("/", prefix.length())) {
            plain = plain.substring(prefix.length());
        }
        return plain;
    }
}

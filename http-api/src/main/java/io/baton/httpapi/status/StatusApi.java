package io.baton.httpapi.status;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Padding;
import io.baton.httpapi.server.Router;
import io.baton.v1.VersionInfo;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;

/** {@code /health}, {@code /version} and {@code /metrics}. None of them asks another process or actor. */
public final class StatusApi {
    private static final ContentType PROMETHEUS = MediaTypes.customWithFixedCharset(
                    "text", "plain", HttpCharsets.UTF_8, Map.of("version", "0.0.4"), false)
            .toContentType();

    private static final int UNAVAILABLE = 503;

    private final PrometheusRegistry registry;
    private final VersionInfo version;
    private final Supplier<Optional<String>> problem;
    private final Supplier<CompletionStage<?>> measured;

    /**
     * The routes of one process.
     *
     * @param problem why it should not be sent requests now, empty if it may be; called on any thread
     * @param version which build this is; its number of digits and dots only: some clients read each part as one
     * @param measured completes when the metrics are as they should be shown
     */
    public StatusApi(
            PrometheusRegistry registry,
            VersionInfo version,
            Supplier<Optional<String>> problem,
            Supplier<CompletionStage<?>> measured) {
        this.measured = measured;
        this.registry = registry;
        this.version = version;
        this.problem = problem;
    }

    /** The same, where nothing has to be measured first. */
    public StatusApi(PrometheusRegistry registry, VersionInfo version, Supplier<Optional<String>> problem) {
        this(registry, version, problem, () -> CompletableFuture.completedFuture(Done.done()));
    }

    public void addTo(Router router) {
        router.get("/health", exchange -> CompletableFuture.completedFuture(Replies.ok()))
                .get("/health/live", exchange -> CompletableFuture.completedFuture(Replies.ok()))
                .get("/health/ready", exchange -> CompletableFuture.completedFuture(ready()))
                .get(
                        "/version",
                        exchange -> CompletableFuture.completedFuture(Padding.of(exchange)
                                .answer(JsonText.write(json -> json.object(() -> write(json, version))))))
                .get("/metrics", exchange -> measured.get().thenApply(now -> metrics()));
    }

    /** The fields by which the older endpoints say which build this is. */
    public static void write(JsonText json, VersionInfo version) {
        json.field("build_date", version.getBuildDate())
                .field("build_time", version.getBuildTime())
                .field("build_user", version.getBuildUser());
        if (version.hasGitSha()) {
            json.field("git_sha", version.getGitSha());
        }
        json.field("version", version.getVersion());
    }

    private HttpResponse ready() {
        return problem.get()
                .map(why -> Refusal.of(UNAVAILABLE, why + "\n").response())
                .orElseGet(Replies::ok);
    }

    private HttpResponse metrics() {
        var out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Replies.body(PROMETHEUS, out.toByteArray());
    }
}

package io.baton.httpapi.operator;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.AllocatorProtocol.Explain;
import io.baton.core.protocol.AllocatorProtocol.Explained;
import io.baton.core.resource.Resources;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import io.baton.protocol.codec.Encoding;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * {@code GET /api/v1/explain?framework=ID&want=cpus:2;mem:512}: why a framework is offered an agent, or is not. Also
 * {@code role} (one of the framework's) and {@code limit} (most verdicts, 20 unless said otherwise, at most 1000).
 */
public final class Explanations {
    private static final int USUAL = 20;
    private static final int MOST = 1000;
    private static final int MOST_NAMES = 20;

    private final ActorSystem<?> system;
    private final RecipientRef<AllocatorProtocol> allocator;
    private final Duration timeout;

    public Explanations(ActorSystem<?> system, RecipientRef<AllocatorProtocol> allocator, Duration timeout) {
        this.system = system;
        this.allocator = allocator;
        this.timeout = timeout;
    }

    public CompletionStage<HttpResponse> explain(Exchange exchange) {
        var query = exchange.query();
        var framework = query.text("framework").orElse("");
        var role = query.text("role").orElse("");
        long limit = query.number("limit").orElse(USUAL);
        var wanted = wanted(query.text("want").orElse(""));
        var problem = IdRules.problemOfId(framework)
                .map(p -> "'framework': " + p)
                .or(() -> role.isEmpty() ? Optional.empty() : IdRules.problemOfRole(role))
                .or(() -> wanted.isEmpty()
                        ? Optional.of("'want' must be of the form cpus:2;mem:512, with amounts above 0")
                        : Optional.empty())
                .or(() -> limit < 1 || limit > MOST
                        ? Optional.of("'limit' must be between 1 and " + MOST + ", is " + limit)
                        : Optional.empty());
        if (problem.isPresent()) {
            return CompletableFuture.completedFuture(
                    Refusal.badRequest(problem.get()).response());
        }
        return AskPattern.<AllocatorProtocol, Explained>ask(
                        allocator,
                        replyTo -> new Explain(
                                new FrameworkId(framework), role, wanted.get(), Math.toIntExact(limit), replyTo),
                        timeout,
                        system.scheduler())
                .handle((answer, failure) -> failure == null
                        ? Replies.message(Encoding.JSON, answer.explanation())
                        : Refusal.unavailable("The allocator").response());
    }

    /** Empty if it is not of the form {@code cpus:2;mem:512}. */
    static Optional<Resources> wanted(String text) {
        var parts = text.split("[;,]");
        var values = new TreeMap<String, Double>();
        for (var part : parts) {
            var words = part.strip().split(":");
            if (words.length != 2 || words[0].isEmpty() || !words[1].matches("\\d{1,12}(\\.\\d{1,9})?")) {
                return Optional.empty();
            }
            values.put(words[0], Double.parseDouble(words[1]));
        }
        var out = Resources.scalars(values);
        return out.isEmpty() || values.size() > MOST_NAMES ? Optional.empty() : Optional.of(out);
    }
}

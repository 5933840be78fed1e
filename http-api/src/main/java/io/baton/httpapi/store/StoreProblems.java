package io.baton.httpapi.store;

import io.baton.core.store.StoreAnswer;
import io.baton.httpapi.codec.Problem;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** What the store answers if not what was asked for. */
final class StoreProblems {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private StoreProblems() {}

    static HttpResponse of(StoreAnswer answer) {
        return problem(answer).response();
    }

    private static Problem problem(StoreAnswer answer) {
        if (answer instanceof StoreAnswer.Conflict conflict) {
            return conflict.version() == 0
                    ? Problem.of(412, "version-conflict", "There is no value any more, or not yet: read it again")
                    : Problem.of(
                                    412,
                                    "version-conflict",
                                    "The value has version " + conflict.version() + ": read it again")
                            .with("ETag", Conditions.tag(conflict.version()));
        }
        if (answer instanceof StoreAnswer.Missing missing) {
            return Problem.of(404, "not-found", missing.why());
        }
        if (answer instanceof StoreAnswer.Refused refused) {
            return refused.limit()
                    ? Problem.of(413, "limit-reached", refused.why())
                    : Problem.of(400, "bad-request", refused.why());
        }
        if (answer instanceof StoreAnswer.Expired expired) {
            return Problem.of(410, "changes-expired", expired.why());
        }
        if (answer instanceof StoreAnswer.Unavailable unavailable) {
            return Problem.later("registry-unavailable", unavailable.why(), unavailable.retryAfter());
        }
        if (answer instanceof StoreAnswer.Unknown unknown) {
            return Problem.later(
                    "outcome-unknown", unknown.why() + ": read the value before you write it again", RETRY);
        }
        throw new AssertionError("not a problem: " + answer);
    }
}

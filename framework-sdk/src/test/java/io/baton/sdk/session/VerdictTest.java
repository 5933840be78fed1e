package io.baton.sdk.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.scheduler.Call;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    @ParameterizedTest(name = "{0} answered with {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
        KILL     | 200    |                        | DONE
        KILL     | 202    |                        | DONE
        ACCEPT   | 202    |                        | DONE
        KILL     | 307    | //b:5050               | REDIRECT
        ACCEPT   | 308    | http://b:5050/x        | REDIRECT
        KILL     | 307    |                        | RETRY
        KILL     | 400    | Framework cannot be    | REFUSED
        KILL     | 400    | The stream ID 'x' ..   | STALE
        ACCEPT   | 400    | The stream ID 'x' ..   | STALE
        TEARDOWN | 400    | Framework cannot be    | REFUSED
        KILL     | 401    |                        | REFUSED
        KILL     | 403    | not subscribed         | STALE
        ACCEPT   | 403    | not subscribed         | STALE
        KILL     | 404    |                        | REFUSED
        KILL     | 408    |                        | RETRY
        ACCEPT   | 408    |                        | RETRY
        KILL     | 409    |                        | REFUSED
        KILL     | 415    |                        | REFUSED
        KILL     | 429    |                        | RETRY
        ACCEPT   | 429    |                        | RETRY
        KILL     | 500    |                        | RETRY
        ACCEPT   | 500    |                        | UNANSWERED
        MESSAGE  | 502    |                        | UNANSWERED
        KILL     | 501    |                        | REFUSED
        KILL     | 503    |                        | RETRY
        ACCEPT   | 503    |                        | RETRY
        ACCEPT   | 504    |                        | UNANSWERED
        KILL     | unsent |                        | RETRY
        ACCEPT   | unsent |                        | RETRY
        KILL     | broken |                        | RETRY
        ACCEPT   | broken |                        | UNANSWERED
        MESSAGE  | broken |                        | UNANSWERED
        """)
    void judgesEachAnswer(Call.Type type, String status, String text, Verdict verdict) {
        assertThat(Verdict.of(type, false, reply(status, text))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"400, DONE", "403, STALE", "202, DONE"})
    void takesARepeatedTeardownOfAFrameworkThatIsGoneForDone(String status, Verdict verdict) {
        assertThat(Verdict.of(Call.Type.TEARDOWN, true, reply(status, "Framework cannot be found")))
                .isEqualTo(verdict);
    }

    private static Reply reply(String status, String text) {
        var shown = text == null ? "" : text;
        switch (status) {
            case "unsent":
                return Reply.unsent("connection refused");
            case "broken":
                return Reply.broken("closed");
            default:
                return new Reply(
                        Reply.Kind.ANSWERED, Integer.parseInt(status), status.startsWith("3") ? shown : "", 0, shown);
        }
    }
}

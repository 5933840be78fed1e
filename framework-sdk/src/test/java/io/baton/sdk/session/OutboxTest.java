package io.baton.sdk.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboxTest {
    private final Outbox outbox = new Outbox(new Limits(4, 100, 100, 1, 1, 1, 1));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        ACCEPT ACCEPT                  | ACCEPT ACCEPT
        ACCEPT DECLINE                 | ACCEPT DECLINE
        ACCEPT KILL                    | ACCEPT
        KILL ACCEPT                    | KILL
        KILL KILL                      | KILL KILL
        ACCEPT ACCEPT ACCEPT           | ACCEPT ACCEPT
        SUPPRESS REVIVE                | SUPPRESS
        RECONCILE RECONCILE            | RECONCILE
        KILL REVIVE KILL               | KILL
        ACKNOWLEDGE ACKNOWLEDGE        | ACKNOWLEDGE ACKNOWLEDGE
        ACCEPT KILL ACKNOWLEDGE        | ACCEPT ACKNOWLEDGE
        KILL KILL KILL ACKNOWLEDGE ACKNOWLEDGE ACKNOWLEDGE | KILL KILL ACKNOWLEDGE ACKNOWLEDGE
        """)
    void sendsTogetherOnlyWhatCannotBeAboutTheSame(String made, String sent) {
        var id = 0L;
        for (var type : made.split(" ")) {
            outbox.add(call(++id, Call.Type.valueOf(type)));
        }

        assertThat(String.join(" ", next(0))).isEqualTo(sent);
    }

    @Test
    void goesOnWhenAllOfAKindAreAnswered() {
        outbox.add(call(1, Call.Type.KILL));
        outbox.add(call(2, Call.Type.KILL));
        outbox.add(call(3, Call.Type.REVIVE));
        next(0);

        outbox.answered(2);
        assertThat(next(0)).isEmpty();
        outbox.answered(1);
        assertThat(next(0)).containsExactly("REVIVE");
    }

    @Test
    void holdsBackWhatComesAfterACallThatIsToWait() {
        outbox.add(call(1, Call.Type.REVIVE));
        outbox.add(call(2, Call.Type.KILL));
        var revive = outbox.next(0);
        outbox.answered(1);

        outbox.again(revive, 500);

        assertThat(next(499)).isEmpty();
        assertThat(next(500)).containsExactly("REVIVE");
    }

    private List<String> next(long nowMillis) {
        var types = new ArrayList<String>();
        for (var call = outbox.next(nowMillis); call != null; call = outbox.next(nowMillis)) {
            types.add(call.type().name());
        }
        return types;
    }

    private static Pending call(long id, Call.Type type) {
        return Pending.ofScheduler(id, Call.newBuilder().setType(type));
    }
}

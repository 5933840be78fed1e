package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.codec.Replies;
import io.baton.v1.master.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class SharedAnswersTest {
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final List<String> made = new ArrayList<>();
    /** Happens once while an answer is being made. */
    private Runnable meanwhile = () -> {};

    private final SharedAnswers answers = new SharedAnswers(work::add, 100);

    @Test
    void oneAnswerIsMadeForAllWhoWait() {
        var first = ask("q", 1);
        var second = ask("q", 2);
        var third = ask("q", 1);
        runAll();

        assertThat(made).containsExactly("q of v-2");
        assertThat(List.of(text(first), text(second), text(third))).containsOnly("q of v-2");
    }

    @Test
    void whoAsksOfANewerPictureWaitsForTheNextAnswer() {
        var before = ask("q", 1);
        var during = new ArrayList<CompletionStage<HttpResponse>>();
        meanwhile = () -> during.add(ask("q", 2));
        runAll();

        assertThat(text(before)).isEqualTo("q of v-1");
        assertThat(text(during.get(0))).isEqualTo("q of v-2");
    }

    @Test
    void theLastAnswerIsKeptWhileNothingChanges() {
        ask("q", 1);
        runAll();
        var again = ask("q", 1);

        assertThat(work).isEmpty();
        assertThat(text(again)).isEqualTo("q of v-1");

        var changed = ask("q", 2);
        runAll();
        assertThat(text(changed)).isEqualTo("q of v-2");
    }

    @Test
    void beyondTheBytesThatMayBeKeptTheOldestAnswerGoes() {
        for (int i = 0; i < 20; i++) {
            ask("question " + i, 1);
            runAll();
        }
        made.clear();
        ask("question 19", 1);
        ask("question 0", 1);
        runAll();

        assertThat(made).containsExactly("question 0 of v-1");
    }

    @Test
    void tooManyDifferentQuestionsAreTurnedAway() {
        for (int i = 0; i < SharedAnswers.MOST_WAITING; i++) {
            ask("q" + i, 1);
        }
        assertThat(ask("one more", 1).toCompletableFuture().join().status().intValue())
                .isEqualTo(503);
        runAll();
        var later = ask("one more", 1);
        runAll();

        assertThat(text(later)).isEqualTo("one more of v-1");
    }

    @Test
    void aFailureIsToldAndTheNextAnswerIsMade() {
        var failed = answers.answer("q", view(1), view -> {
            throw new IllegalStateException("broken");
        });
        var other = ask("r", 1);
        runAll();

        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
        assertThat(text(other)).isEqualTo("r of v-1");
    }

    private CompletionStage<HttpResponse> ask(String question, long number) {
        return answers.answer(question, view(number), maker(question));
    }

    private Function<StateView, HttpResponse> maker(String question) {
        return view -> {
            var now = meanwhile;
            meanwhile = () -> {};
            now.run();
            var text = question + " of " + view.version();
            made.add(text);
            return Replies.json(ByteString.fromString(text));
        };
    }

    private static StateView view(long number) {
        return new StateView("v", number, List.of(), List.of(), 0, Response.GetState::getDefaultInstance);
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.removeFirst().run();
        }
    }

    private static String text(CompletionStage<HttpResponse> answer) {
        return ((HttpEntity.Strict) answer.toCompletableFuture().join().entity())
                .getData()
                .utf8String();
    }
}

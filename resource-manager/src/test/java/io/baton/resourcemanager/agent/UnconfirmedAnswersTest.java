package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.v1.TaskState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnconfirmedAnswersTest {
    private final UnconfirmedAnswers answers = new UnconfirmedAnswers();

    private static LedgerEffect.Answer answer(int task) {
        return new LedgerEffect.Answer(
                new FrameworkId("f"), new TaskId("t" + task), Optional.empty(), TaskState.TASK_GONE);
    }

    @Test
    void oneQuestionAtATimeIsForAllThatWait() {
        assertThat(answers.next()).isEmpty();
        answers.add(answer(1));
        assertThat(answers.next()).contains(List.of(answer(1)));
        answers.add(answer(2));
        answers.add(answer(3));
        assertThat(answers.next()).as("while the registry is asked").isEmpty();

        answers.asked();

        assertThat(answers.next()).contains(List.of(answer(2), answer(3)));
        answers.asked();
        assertThat(answers.next()).isEmpty();
    }

    @Test
    void ofMoreThanMayWaitNobodyHears() {
        for (int task = 0; task < UnconfirmedAnswers.MOST_WAITING + 5; task++) {
            answers.add(answer(task));
        }

        assertThat(answers.next().orElseThrow())
                .hasSize(UnconfirmedAnswers.MOST_WAITING)
                .endsWith(answer(UnconfirmedAnswers.MOST_WAITING - 1));
    }
}

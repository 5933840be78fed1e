package io.baton.resourcemanager.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers about unknown tasks that wait until the registry has confirmed their owner. That a task is not there only the
 * newest owner can say: one that was replaced and was not told knows nothing of what its successor has launched. One
 * question at a time, for all answers that wait.
 */
final class UnconfirmedAnswers {
    /** So many may wait; of more, nobody hears anything, as of a question that was lost: whoever wants to know asks again. */
    static final int MOST_WAITING = 10_000;

    private final List<LedgerEffect.Answer> waiting = new ArrayList<>();
    private boolean asking;

    void add(LedgerEffect.Answer answer) {
        if (waiting.size() < MOST_WAITING) {
            waiting.add(answer);
        }
    }

    /** @return answers for which the registry is to be asked now; empty if there are none, or a question is under way */
    Optional<List<LedgerEffect.Answer>> next() {
        if (asking || waiting.isEmpty()) {
            return Optional.empty();
        }
        asking = true;
        var answers = List.copyOf(waiting);
        waiting.clear();
        return Optional.of(answers);
    }

    /** The registry has answered, or nobody can say. */
    void asked() {
        asking = false;
    }
}

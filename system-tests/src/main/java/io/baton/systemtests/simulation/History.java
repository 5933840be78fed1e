package io.baton.systemtests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** What happened, in words. Off, it costs nothing: a run that fails is run again with its history. */
final class History {
    private final Agenda agenda;
    private final int limit;
    private final Deque<String> lines = new ArrayDeque<>();

    /** @param limit most lines kept, the oldest go first; 0 for none */
    History(Agenda agenda, int limit) {
        this.agenda = agenda;
        this.limit = limit;
    }

    void note(Supplier<String> what) {
        if (limit > 0) {
            if (lines.size() >= limit) {
                lines.remove();
            }
            lines.add(String.format("%9.3f  %s", agenda.now() / 1000.0, what.get()));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}

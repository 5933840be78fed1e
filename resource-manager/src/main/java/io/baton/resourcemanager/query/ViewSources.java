package io.baton.resourcemanager.query;

import io.baton.core.protocol.ViewProtocol.Facts.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which of the other masters' facts have come, and whether any were lost on the way.
 *
 * <p>Pure and mutable; one actor owns it.
 *
 * @param <S> what a source is told by
 */
final class ViewSources<S> {
    /** How long a source may take to send everything before it is asked again. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What to do about facts. */
    enum Verdict {
        /** They are the next ones: take them in. */
        TAKE,
        /** Something before them is missing: leave them out and ask the source for everything. */
        ASK,
        /** Something before them is missing and has been asked for, or will not come any more: leave them out. */
        WAIT
    }

    private static final class Source {
        long next;
        boolean whole;
        boolean leaves;
        Instant asked = Instant.MIN;

        boolean mayBeAsked(Instant now) {
            return !asked.isAfter(Instant.MIN) || !now.isBefore(asked.plus(PATIENCE));
        }
    }

    private final Map<S, Source> sources = new LinkedHashMap<>();

    /**
     * These are the other masters now; each will send everything, unasked. One that is not among them any more may just stop:
     * what it still says without a gap, of what ends with it, counts until it is {@link #gone}. Nobody waits for it.
     */
    void are(Collection<S> now) {
        sources.forEach((name, source) -> source.leaves |= !now.contains(name));
        now.forEach(s -> sources.compute(s, (name, known) -> known == null || known.leaves ? new Source() : known));
    }

    /** It says nothing any more. */
    void gone(S source) {
        sources.computeIfPresent(source, (name, known) -> known.leaves ? null : known);
    }

    Verdict judge(S from, long number, Part part, Instant now) {
        var source = sources.computeIfAbsent(from, n -> new Source());
        if (part == Part.FIRST) {
            source.next = number;
        }
        if (source.next != 0 && number == source.next) {
            source.next++;
            if (part == Part.LAST) {
                source.whole = true;
                source.asked = Instant.MIN;
            }
            return Verdict.TAKE;
        }
        source.next = 0;
        if (source.leaves || !source.mayBeAsked(now)) {
            return Verdict.WAIT;
        }
        source.asked = now;
        return Verdict.ASK;
    }

    /**
     * Those from which something is missing that were asked for everything a while ago: they are to be asked again, whether
     * or not they say anything now. Not sooner: what is lost each time would go to and fro without a pause.
     */
    List<S> late(Instant now) {
        var late = new ArrayList<S>();
        sources.forEach((name, source) -> {
            boolean waits = !source.leaves && source.next == 0 && source.asked.isAfter(Instant.MIN);
            if (waits && source.mayBeAsked(now)) {
                source.asked = now;
                late.add(name);
            }
        });
        return late;
    }

    /** Whether every other master has told everything at least once. */
    boolean areComplete() {
        return sources.values().stream().allMatch(s -> s.whole || s.leaves);
    }
}

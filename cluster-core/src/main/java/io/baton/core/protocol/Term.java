package io.baton.core.protocol;

import io.baton.core.id.OfferId;
import java.util.regex.Pattern;

/**
 * Which registration of an agent. Of two the higher one is the later: epochs come from the registry, one for each owner
 * of the agent, and an owner counts its registrations.
 *
 * @param epoch 0 before the first one
 * @param number ascending within an epoch, not always by one
 */
public record Term(long epoch, long number) implements Comparable<Term> {
    /** Before the first registration. */
    public static final Term NONE = new Term(0, 0);

    /** {@code <agent>-O<term>.<number>}; an agent's id may look like anything. */
    private static final Pattern OFFER = Pattern.compile("(?s).*-O(\\d{1,18})\\.(\\d{1,18})\\.\\d+");

    /** The term under which an offer was made, as its id tells; {@link #NONE} if it does not. */
    public static Term of(OfferId offer) {
        var parts = OFFER.matcher(offer.value());
        return parts.matches() ? new Term(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))) : NONE;
    }

    @Override
    public int compareTo(Term other) {
        return epoch == other.epoch ? Long.compare(number, other.number) : Long.compare(epoch, other.epoch);
    }

    /** {@code <epoch>.<number>}, as in offer ids. */
    @Override
    public String toString() {
        return epoch + "." + number;
    }
}

package io.baton.sdk.offer;

import io.baton.v1.Attribute;
import io.baton.v1.Offer;
import io.baton.v1.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which agents suit, by host name and attributes: predicates to combine with {@code and}, {@code or}, {@code negate}. */
public final class Attributes {
    private Attributes() {}

    /** The text of a text attribute; empty if there is none of this name. */
    public static Optional<String> text(Offer offer, String name) {
        return all(offer, name).stream()
                .filter(a -> a.getType() == Value.Type.TEXT)
                .map(a -> a.getText().getValue())
                .findFirst();
    }

    /** Agents on this host. */
    public static Predicate<Offer> onHost(String hostname) {
        return offer -> offer.getHostname().equals(hostname);
    }

    /** Agents that have an attribute of this name, of any type. */
    public static Predicate<Offer> has(String name) {
        return offer -> !all(offer, name).isEmpty();
    }

    /** Agents with this text, or with this item in a set. */
    public static Predicate<Offer> is(String name, String value) {
        return offer -> all(offer, name).stream()
                .anyMatch(a -> a.getText().getValue().equals(value)
                        || a.getSet().getItemList().contains(value));
    }

    /** Agents with a text that matches as a whole. */
    public static Predicate<Offer> matches(String name, String regex) {
        var pattern = Pattern.compile(regex);
        return offer -> text(offer, name)
                .filter(text -> pattern.matcher(text).matches())
                .isPresent();
    }

    /** Agents with a number at least this large, or a range reaching it. */
    public static Predicate<Offer> atLeast(String name, double least) {
        return offer -> all(offer, name).stream().anyMatch(a -> reaches(a, least));
    }

    private static boolean reaches(Attribute attribute, double least) {
        if (attribute.getType() == Value.Type.SCALAR) {
            return Thousandths.of(attribute.getScalar().getValue()) >= Thousandths.of(least);
        }
        return attribute.getType() == Value.Type.RANGES
                && attribute.getRanges().getRangeList().stream().anyMatch(range -> range.getEnd() >= least);
    }

    private static List<Attribute> all(Offer offer, String name) {
        return offer.getAttributesList().stream()
                .filter(a -> a.getName().equals(name))
                .toList();
    }
}

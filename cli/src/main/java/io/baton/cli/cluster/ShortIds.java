package io.baton.cli.cluster;

import io.baton.cli.terminal.CommandFailure;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Ids as people read and type them.
 *
 * <p>Ids that a master gives all begin with that master's own: of those the first eight characters and the counted tail
 * are shown, {@code 3f2a81bc-S0}. Other ids are shown as they are, long ones as the shortest prefix that is unique in
 * the list. What is shown is accepted, and so is every unique prefix.
 */
public final class ShortIds {
    private static final Pattern OF_MASTER =
            Pattern.compile("([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-([A-Z]?[0-9]+)");
    private static final int WHOLE = 28;
    private static final int LEAST = 8;
    private static final int CANDIDATES = 10;

    private final Collection<String> ids;
    private final NavigableSet<String> sorted;

    /** Short forms within these. */
    public ShortIds(Collection<String> ids) {
        this.ids = ids;
        this.sorted = new TreeSet<>(ids);
    }

    /** The short form of one of them. */
    public String of(String id) {
        var matcher = OF_MASTER.matcher(id);
        if (matcher.matches()) {
            return matcher.group(1) + "-" + matcher.group(2);
        }
        if (id.length() <= WHOLE) {
            return id;
        }
        // Whatever has most in common with it stands beside it.
        var length = Math.max(LEAST, 1 + Math.max(common(id, sorted.lower(id)), common(id, sorted.higher(id))));
        return length >= id.length() ? id : id.substring(0, length);
    }

    /** @param b null for none */
    private static int common(String a, String b) {
        var i = 0;
        while (b != null && i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    /**
     * The one that is meant: by its whole id, its short form or tail, or a prefix of it.
     *
     * @param what such as {@code task}, for the message
     * @throws CommandFailure if there is none, or several; the message lists them
     */
    public String resolve(String given, String what) {
        var meant = fitting(given);
        if (meant.size() == 1) {
            return meant.get(0);
        }
        if (meant.isEmpty()) {
            throw CommandFailure.failed("no " + what + " '" + given + "'; see them with: baton " + what + "s"
                    + (what.equals("task") ? " --all" : ""));
        }
        throw CommandFailure.usage(
                "'" + given + "' fits " + meant.size() + " " + what + "s: " + listed(meant) + "; give more of the id");
    }

    /** All that may be meant: the one whose whole id it is, else those whose short form, tail or prefix it is. */
    public List<String> fitting(String given) {
        return ids.contains(given)
                ? List.of(given)
                : ids.stream().filter(id -> fits(given, id)).distinct().sorted().toList();
    }

    private boolean fits(String given, String id) {
        if (given.isEmpty()) {
            return false;
        }
        var matcher = OF_MASTER.matcher(id);
        return id.startsWith(given) || matcher.matches() && (given.equals(matcher.group(2)) || of(id).equals(given));
    }

    private static String listed(List<String> meant) {
        var first = meant.stream().limit(CANDIDATES).collect(Collectors.joining(", "));
        return meant.size() > CANDIDATES ? first + ", …" : first;
    }
}

package io.baton.systemtests.transcripts;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the recorded Mesos called frameworks, offers, agents and places, and what they are called here. */
final class Names {
    private static final String UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    static final Pattern OFFER = Pattern.compile(UUID + "-O\\d+");
    static final Pattern AGENT = Pattern.compile(UUID + "-S\\d+");
    private static final Pattern FRAMEWORK = Pattern.compile(UUID + "-\\d{4}");
    private static final Pattern ANY = Pattern.compile(UUID);

    private final Map<String, String> ours = new LinkedHashMap<>();
    private final Map<String, String> plain =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /**
     * From now on this is the same.
     *
     * @param kind what both are called where answers are compared
     */
    void same(String theirs, String our, String kind) {
        ours.put(theirs, our);
        plain.put(theirs, kind);
        plain.put(our, kind);
    }

    boolean knows(String theirs) {
        return ours.containsKey(theirs);
    }

    /** What was said there, as it is to be said here. */
    String translated(String text) {
        var out = text;
        for (var name : ours.entrySet()) {
            out = out.replace(name.getKey(), name.getValue());
        }
        return out;
    }

    /** A text of either side without what differs from run to run. */
    String plain(String text) {
        var out = text;
        for (var name : plain.entrySet()) {
            out = out.replace(name.getKey(), name.getValue());
        }
        out = OFFER.matcher(out).replaceAll("<offer>");
        out = AGENT.matcher(out).replaceAll("<agent>");
        out = FRAMEWORK.matcher(out).replaceAll("<framework>");
        return ANY.matcher(out).replaceAll("<uuid>");
    }
}

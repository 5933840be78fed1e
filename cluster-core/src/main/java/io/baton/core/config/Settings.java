package io.baton.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.TreeSet;

/** Checks that settings records share. */
public final class Settings {
    private Settings() {}

    /** The value, if it is at least the least. */
    public static <T extends Comparable<T>> T atLeast(T least, Config config, String key, T value) {
        if (value.compareTo(least) < 0) {
            throw new ConfigException.BadValue(
                    config.getValue(key).origin(), key, "must be at least " + least + ", is " + value);
        }
        return value;
    }

    /** The value, if it is at most the most. */
    public static <T extends Comparable<T>> T atMost(T most, Config config, String key, T value) {
        if (value.compareTo(most) > 0) {
            throw new ConfigException.BadValue(
                    config.getValue(key).origin(), key, "must be at most " + most + ", is " + value);
        }
        return value;
    }

    /**
     * Refuses keys that no one reads: a misspelt key would otherwise silently keep its default.
     *
     * @param given what the operator wrote
     * @param known the defaults, which name every key
     * @param root the section to compare, such as {@code baton}
     * @throws ConfigException.BadValue naming file, line and key of the first unknown one
     */
    public static void refuseUnknownKeys(Config given, Config known, String root) {
        if (!given.hasPath(root)) {
            return;
        }
        var section = given.getConfig(root);
        var names = known.hasPath(root) ? known.getConfig(root) : known;
        for (var entry : section.entrySet()) {
            if (!known(entry.getKey(), names)) {
                var near = nearest(entry.getKey(), names);
                throw new ConfigException.BadValue(
                        entry.getValue().origin(),
                        root + "." + entry.getKey(),
                        "no such setting" + (near.isEmpty() ? "" : "; did you mean " + root + "." + near + "?"));
            }
        }
    }

    private static String nearest(String key, Config names) {
        var best = new ArrayList<String>();
        int least = Math.max(2, key.length() / 3) + 1;
        for (var name : keys(names)) {
            int distance = distance(key, name);
            if (distance < least) {
                least = distance;
                best.clear();
                best.add(name);
            }
        }
        return best.isEmpty() ? "" : best.get(0);
    }

    private static boolean known(String key, Config names) {
        return names.hasPathOrNull(key);
    }

    private static TreeSet<String> keys(Config config) {
        var keys = new TreeSet<String>();
        config.entrySet().forEach(e -> keys.add(e.getKey()));
        return keys;
    }

    /** Levenshtein's distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}

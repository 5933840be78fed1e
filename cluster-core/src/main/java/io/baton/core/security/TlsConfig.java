package io.baton.core.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sections below {@code baton.tls}: by which files connections of a kind are encrypted. */
public final class TlsConfig {
    /** Of agents' links, on masters and agents. */
    public static final String LINKS = "baton.tls.links";

    /** Of masters' connections to each other. */
    public static final String MASTERS = "baton.tls.masters";

    private TlsConfig() {}

    /**
     * Reads a section, and the files that it names.
     *
     * @param section with {@code key}, {@code certificate} and {@code authority}
     * @return empty if it names none
     * @throws ConfigException naming file, line and key of the first setting that will not do
     */
    public static Optional<Tls> from(Config config, String section) {
        var named = new ArrayList<Path>();
        var missing = new ArrayList<String>();
        for (var key : List.of("key", "certificate", "authority")) {
            var file = config.getString(section + "." + key);
            if (file.isEmpty()) {
                missing.add(key);
            } else {
                named.add(Path.of(file));
            }
        }
        if (named.isEmpty()) {
            return Optional.empty();
        }
        if (!missing.isEmpty()) {
            throw refused(config, section, "names no " + String.join(" and no ", missing));
        }
        try {
            return Optional.of(Tls.open(new TlsFiles(named.get(0), named.get(1), named.get(2)), Clock.systemUTC()));
        } catch (IOException unusable) {
            throw refused(config, section, unusable.getMessage());
        }
    }

    /** All that are in use, by their sections. */
    public static SortedMap<String, Tls> all(Config config) {
        var out = new TreeMap<String, Tls>();
        for (var section : List.of(LINKS, MASTERS)) {
            from(config, section).ifPresent(tls -> out.put(section, tls));
        }
        return out;
    }

    private static ConfigException refused(Config config, String section, String why) {
        return new ConfigException.BadValue(config.getValue(section).origin(), section, why);
    }
}

package io.baton.core.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The file that {@code baton.authentication.credentials} names. */
public final class CredentialsConfig {
    private static final Set<Right> EVERYTHING = Set.of(Right.values());

    private CredentialsConfig() {}

    /**
     * Reads the text of a credentials file, in one of the two forms of Mesos: {@code {"credentials": [{"principal": "p",
     * "secret": "s"}]}}, where {@code token} may stand for {@code secret} and {@code for} may list what it is for; or
     * lines of principal and secret with a space between them.
     *
     * @throws IllegalArgumentException saying which entry will not do, without any secret
     */
    public static Credentials parse(String text) {
        return new Credentials(text.stripLeading().startsWith("{") ? structured(text) : lines(text));
    }

    private static List<Credentials.Known> lines(String text) {
        var out = new ArrayList<Credentials.Known>();
        var lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            var line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var words = line.split("\\s+", 2);
            if (words.length < 2) {
                throw new IllegalArgumentException("line " + (i + 1) + ": expecting a principal, a space and a secret");
            }
            out.add(known(words[0], words[1], false, EVERYTHING, "line " + (i + 1)));
        }
        return out;
    }

    private static List<Credentials.Known> structured(String text) {
        var out = new ArrayList<Credentials.Known>();
        try {
            for (var entry : ConfigFactory.parseString(text).getConfigList("credentials")) {
                out.add(known(entry, "entry " + (out.size() + 1)));
            }
        } catch (ConfigException.Missing | ConfigException.WrongType e) {
            throw new IllegalArgumentException(
                    "expecting {\"credentials\": [{\"principal\": \"p\", \"secret\": \"s\"}]}", e);
        } catch (ConfigException.Parse e) {
            throw new IllegalArgumentException(
                    "it is no JSON: line " + e.origin().lineNumber(), e);
        }
        return out;
    }

    private static Credentials.Known known(Config entry, String where) {
        boolean token = entry.hasPath("token");
        if (token == entry.hasPath("secret") || !entry.hasPath("principal")) {
            throw new IllegalArgumentException(where + ": expecting 'principal' and one of 'secret' and 'token'");
        }
        return known(
                entry.getString("principal"),
                entry.getString(token ? "token" : "secret"),
                token,
                entry.hasPath("for") ? rights(entry.getStringList("for"), where) : EVERYTHING,
                where);
    }

    private static Set<Right> rights(List<String> names, String where) {
        var rights = EnumSet.noneOf(Right.class);
        for (var name : names) {
            rights.add(Arrays.stream(Right.values())
                    .filter(right -> right.name().toLowerCase(Locale.ROOT).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            where + ": 'for' takes frameworks, reads, writes and agents, not '" + name + "'")));
        }
        return rights;
    }

    private static Credentials.Known known(
            String principal, String proof, boolean token, Set<Right> rights, String where) {
        if (principal.isEmpty() || principal.indexOf(':') >= 0 || proof.isEmpty()) {
            throw new IllegalArgumentException(
                    where + ": a principal must not be empty or hold a colon, and a secret must not be empty");
        }
        return new Credentials.Known(principal, proof.getBytes(StandardCharsets.UTF_8), token, rights);
    }
}

package io.baton.executor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.baton.core.security.SecretFiles;
import io.baton.link.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The setting {@code baton.agent.credential}: a file that holds by what the agent shows masters who it is. */
public final class AgentCredentialConfig {
    private static final String KEY = "baton.agent.credential";

    private AgentCredentialConfig() {}

    /**
     * Reads the file, if one is named.
     *
     * @param given the operator's settings
     * @throws ConfigException naming file, line and key if it will not do
     */
    public static Optional<Credential> from(Config given) {
        var all = given.withFallback(ConfigFactory.defaultReference(AgentCredentialConfig.class.getClassLoader()));
        var file = all.getString(KEY);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            var path = Path.of(file);
            var credential = parse(Files.readString(path));
            SecretFiles.warn(path);
            return Optional.of(credential);
        } catch (IOException e) {
            throw refused(all, "'" + file + "' cannot be read: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw refused(all, "'" + file + "': " + e.getMessage());
        }
    }

    private static ConfigException refused(Config all, String why) {
        return new ConfigException.BadValue(all.getValue(KEY).origin(), KEY, why);
    }

    /** {@code {"principal": "p", "secret": "s"}}, {@code {"token": "t"}}, or principal and secret with a space between. */
    static Credential parse(String text) {
        var words = text.strip().split("\\s+", 2);
        if (!text.stripLeading().startsWith("{")) {
            if (words.length < 2) {
                throw new IllegalArgumentException("expecting a principal, a space and a secret");
            }
            return Credential.newBuilder()
                    .setPrincipal(words[0])
                    .setSecret(words[1])
                    .build();
        }
        try {
            var entry = ConfigFactory.parseString(text);
            return entry.hasPath("token")
                    ? Credential.newBuilder().setToken(entry.getString("token")).build()
                    : Credential.newBuilder()
                            .setPrincipal(entry.getString("principal"))
                            .setSecret(entry.getString("secret"))
                            .build();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    "expecting {\"principal\": \"p\", \"secret\": \"s\"} or {\"token\": \"t\"}", e);
        }
    }
}

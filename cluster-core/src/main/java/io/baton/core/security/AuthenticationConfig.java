package io.baton.core.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Settings under {@code baton.authentication}: who has to say who they are.
 *
 * @param frameworks schedulers, in every call, and for their values
 * @param reads whoever reads over HTTP
 * @param writes operators, for calls and for whatever changes something
 * @param agents agents, when they register
 * @param executors custom executors, by the token that their agent has given them
 */
public record AuthenticationConfig(
        Credentials credentials, boolean frameworks, boolean reads, boolean writes, boolean agents, boolean executors) {
    private static final String ROOT = "baton.authentication.";
    private static final String FILE = ROOT + "credentials";

    /** Nobody has to. */
    public static final AuthenticationConfig OFF =
            new AuthenticationConfig(Credentials.NONE, false, false, false, false, false);

    /**
     * Reads them, and the file that they name.
     *
     * @throws ConfigException naming file, line and key of the first setting that will not do
     */
    public static AuthenticationConfig from(Config config) {
        var out = new AuthenticationConfig(
                credentials(config),
                config.getBoolean(ROOT + "frameworks"),
                config.getBoolean(ROOT + "reads"),
                config.getBoolean(ROOT + "writes"),
                config.getBoolean(ROOT + "agents"),
                config.getBoolean(ROOT + "executors"));
        if (out.isOn() && out.credentials().isEmpty()) {
            throw refused(config, "must name a file with credentials when authentication is on: nobody could pass");
        }
        return out;
    }

    private static Credentials credentials(Config config) {
        var file = config.getString(FILE);
        if (file.isEmpty()) {
            return Credentials.NONE;
        }
        try {
            var path = Path.of(file);
            var credentials = CredentialsConfig.parse(Files.readString(path));
            SecretFiles.warn(path);
            return credentials;
        } catch (IOException e) {
            throw refused(
                    config, "'" + file + "' cannot be read: " + e.getClass().getSimpleName());
        } catch (IllegalArgumentException e) {
            throw refused(config, "'" + file + "': " + e.getMessage());
        }
    }

    private static ConfigException refused(Config config, String why) {
        return new ConfigException.BadValue(config.getValue(FILE).origin(), FILE, why);
    }

    /** Whether somebody needs a credential of the file. */
    private boolean isOn() {
        return frameworks || reads || writes || agents;
    }
}

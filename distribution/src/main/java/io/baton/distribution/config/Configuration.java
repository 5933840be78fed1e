package io.baton.distribution.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import io.baton.cli.terminal.CommandFailure;
import io.baton.core.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** All settings of a process. Pekko's own may be set too, under {@code pekko}. */
public final class Configuration {
    private static final String OURS = "baton";
    private static final String PEKKO = "pekko";

    /** The agent keeps its defaults apart, for it reads only what was given. */
    private static final String AGENT_DEFAULTS = "baton-agent-defaults.conf";

    /** Ours win over Pekko's own, whatever the order of the class path. */
    private static final String PEKKO_SETTINGS = "baton-pekko.conf";

    /** Names of settings whose values nobody is shown. */
    private static final Pattern SECRETS =
            Pattern.compile("password|secret|token|credential|cookie|private|key$", Pattern.CASE_INSENSITIVE);

    private static final String HIDDEN = "(hidden)";

    private final Config given;
    private final Config config;
    private final List<GivenTwice.Key> twice;

    private Configuration(Config given, Config config, List<GivenTwice.Key> twice) {
        this.given = given;
        this.config = config;
        this.twice = twice;
    }

    /**
     * Puts the command line over the file over the defaults.
     *
     * @param file HOCON
     * @param commandLine whole keys, such as {@code baton.http.port}
     * @throws CommandFailure naming file, line and key of the first setting that is unknown or unreadable
     */
    public static Configuration load(Optional<Path> file, Map<String, Object> commandLine) {
        return load(file, commandLine, Map.of());
    }

    /**
     * As {@link #load(Optional, Map)}, with defaults of the command's own below the file.
     *
     * @param usual whole keys, too
     */
    public static Configuration load(Optional<Path> file, Map<String, Object> commandLine, Map<String, Object> usual) {
        try {
            var defaults = ConfigFactory.parseResources(PEKKO_SETTINGS)
                    .withFallback(ConfigFactory.defaultReferenceUnresolved());
            var written = file.map(Configuration::parsed).orElseGet(ConfigFactory::empty);
            refuseUnknown(written, defaults.withFallback(ConfigFactory.parseResources(AGENT_DEFAULTS)));
            var given = ConfigFactory.parseMap(commandLine, "command line")
                    .withFallback(written)
                    .withFallback(ConfigFactory.parseMap(usual, "defaults of this command"));
            var twice = file.map(Configuration::twice).orElseGet(List::of);
            return new Configuration(given, given.withFallback(defaults).resolve(), twice);
        } catch (ConfigException e) {
            throw refused(e);
        }
    }

    private static Config parsed(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw CommandFailure.usage("cannot read the settings in '" + file + "': "
                    + (Files.exists(file) ? "it is no readable file" : "there is no such file") + "; check --config");
        }
        return ConfigFactory.parseFile(
                file.toFile(),
                ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF));
    }

    private static List<GivenTwice.Key> twice(Path file) {
        try {
            return GivenTwice.in(Files.readString(file));
        } catch (IOException unreadable) {
            return List.of(); // It was read a moment ago, and what it says is known.
        }
    }

    /** Tells of keys that the file gives twice: only the last one has an effect. */
    public void warnOfKeysGivenTwice(Consumer<String> warnings) {
        twice.forEach(key -> warnings.accept("settings: " + key));
    }

    private static void refuseUnknown(Config given, Config defaults) {
        for (var entry : given.root().entrySet()) {
            if (!entry.getKey().equals(OURS) && !entry.getKey().equals(PEKKO)) {
                throw new ConfigException.BadValue(
                        entry.getValue().origin(), entry.getKey(), "no such setting; ours stand under '" + OURS + "'");
            }
        }
        Settings.refuseUnknownKeys(given, defaults, OURS);
    }

    private static CommandFailure refused(ConfigException e) {
        return CommandFailure.usage("settings: " + e.getMessage());
    }

    /**
     * Refuses keys of other kinds of processes for which this one has another.
     *
     * @param others by each of them the key that does the same here
     * @throws CommandFailure naming file and line of the first that was given
     */
    public void refuse(Map<String, String> others) {
        new TreeMap<>(others).forEach((key, here) -> {
            if (given.hasPath(key)) {
                throw refused(foreign(key, "use " + here));
            }
        });
    }

    /**
     * Tells of what was given that this kind of process does not read: it has no effect here.
     *
     * @param others keys and sections
     * @param kind whose they are, such as {@code masters}
     */
    public void warnOf(Set<String> others, String kind, Consumer<String> warnings) {
        for (var key : new TreeSet<>(others)) {
            first(key)
                    .ifPresent(found -> warnings.accept(
                            "settings: " + foreign(found, "it is for " + kind).getMessage()));
        }
    }

    /** The first key that was given in a section, or the key itself. */
    private Optional<String> first(String key) {
        if (!given.hasPath(key)) {
            return Optional.empty();
        }
        return given.getValue(key) instanceof ConfigObject section
                ? section.toConfig().entrySet().stream()
                        .map(entry -> key + "." + entry.getKey())
                        .min(Comparator.naturalOrder())
                : Optional.of(key);
    }

    private ConfigException foreign(String key, String why) {
        return new ConfigException.BadValue(given.getValue(key).origin(), key, "not read by this command; " + why);
    }

    /**
     * Reads a record of settings.
     *
     * @throws CommandFailure naming file, line and key of the first value that will not do
     */
    public <T> T read(Function<Config, T> settings) {
        try {
            return settings.apply(config);
        } catch (ConfigException e) {
            throw refused(e);
        }
    }

    /**
     * As {@link #read}, for settings whose defaults are elsewhere: sees only what the operator gave.
     *
     * @throws CommandFailure naming file, line and key of the first value that will not do
     */
    public <T> T readGiven(Function<Config, T> settings) {
        try {
            return settings.apply(given);
        } catch (ConfigException e) {
            throw refused(e);
        }
    }

    /**
     * The settings in force, for whoever asks: those of these sections, and what the operator gave for Pekko. Values of
     * secrets are hidden.
     *
     * @param sections such as {@code baton.http}
     */
    public SortedMap<String, String> shown(List<String> sections) {
        var out = new TreeMap<String, String>();
        var all = config.withFallback(ConfigFactory.parseResources(AGENT_DEFAULTS));
        for (var section : sections) {
            if (all.hasPath(section)) {
                all.getConfig(section).entrySet().forEach(e -> show(section + "." + e.getKey(), e.getValue(), out));
            }
        }
        var own = given.resolveWith(config);
        if (own.hasPath(PEKKO)) {
            own.getConfig(PEKKO).entrySet().forEach(e -> show(PEKKO + "." + e.getKey(), e.getValue(), out));
        }
        return out;
    }

    private static void show(String key, ConfigValue value, SortedMap<String, String> out) {
        var name = key.substring(key.lastIndexOf('.') + 1);
        boolean secret = SECRETS.matcher(name).find();
        out.put(key, secret ? HIDDEN : String.valueOf(value.unwrapped()));
    }

    /** Everything, for Pekko. */
    public Config all() {
        return config;
    }
}

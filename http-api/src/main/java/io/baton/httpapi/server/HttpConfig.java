package io.baton.httpapi.server;

import static io.baton.core.config.Settings.atLeast;
import static io.baton.core.config.Settings.atMost;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.baton.core.security.AuthenticationConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Settings under {@code baton.http}; {@code reference.conf} says what each of them means.
 *
 * @param port 0 for any free one
 * @param authentication from its own section
 */
public record HttpConfig(
        String host,
        int port,
        Limits limits,
        Timeouts timeouts,
        Streams streams,
        Files files,
        Browsers browsers,
        AuthenticationConfig authentication) {
    private static final String ROOT = "baton.http.";
    private static final int MAX_PORT = 65_535;
    private static final Pattern ORIGIN = Pattern.compile("https?://([^\\s/:\\[\\]]+|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?");
    /** Of an agent's heap, for each connection that it may have. */
    private static final long AGENT_CONNECTION_BYTES = 64 * 1024;

    /**
     * How much.
     *
     * @param subscriptionsPerSecond 0 for no limit
     */
    public record Limits(
            int connections,
            int connectionsPerAddress,
            int connectionsFromLoopback,
            int subscriptionsPerSecond,
            long bodyBytes,
            int targetBytes) {}

    /** How long. */
    public record Timeouts(
            Duration head, Duration body, Duration idle, Duration call, Duration subscribe, Duration drain) {}

    /** What waits for a scheduler, and how often it hears that we are there. */
    public record Streams(Duration heartbeat, int bufferedEvents, long bufferedBytes) {}

    /** What an agent shows of its sandboxes. */
    public record Files(
            int readBytes, long downloadBytes, int entries, int followers, Duration follow, Duration poll) {}

    /**
     * What pages in browsers may do.
     *
     * @param origins those of other sites that may do what our own may, such as {@code https://ui.example:8080}
     * @param jsonp whether answers are wrapped into the call of a function where that is wanted
     */
    public record Browsers(Set<String> origins, boolean jsonp) {}

    /**
     * @throws com.typesafe.config.ConfigException naming file, line and key of the first setting that will not do
     */
    public static HttpConfig from(Config config) {
        return new HttpConfig(
                config.getString(ROOT + "host"),
                atMost(MAX_PORT, config, ROOT + "port", number(config, "port", 0)),
                new Limits(
                        number(config, "limits.connections", 1),
                        number(config, "limits.connections-per-address", 1),
                        number(config, "limits.connections-from-loopback", 1),
                        number(config, "limits.subscriptions-per-second", 0),
                        bytes(config, "limits.body", 1024, Integer.MAX_VALUE),
                        (int) bytes(config, "limits.target", 256, 1 << 20)),
                new Timeouts(
                        time(config, "timeouts.head"),
                        time(config, "timeouts.body"),
                        time(config, "timeouts.idle"),
                        time(config, "timeouts.call"),
                        time(config, "timeouts.subscribe"),
                        time(config, "timeouts.drain")),
                new Streams(
                        time(config, "stream.heartbeat"),
                        number(config, "stream.buffered-events", 1),
                        bytes(config, "stream.buffered-bytes", 1024, Long.MAX_VALUE)),
                new Files(
                        (int) bytes(config, "files.read", 1024, 1 << 30),
                        bytes(config, "files.download", 1024, Long.MAX_VALUE),
                        number(config, "files.entries", 1),
                        number(config, "files.followers", 0),
                        time(config, "files.follow"),
                        time(config, "files.poll")),
                new Browsers(origins(config), config.getBoolean(ROOT + "browsers.jsonp")),
                AuthenticationConfig.from(config));
    }

    private static Set<String> origins(Config config) {
        var key = ROOT + "browsers.origins";
        var out = new TreeSet<String>();
        for (var origin : config.getStringList(key)) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new ConfigException.BadValue(
                        config.getValue(key).origin(),
                        key,
                        "'" + origin + "' is no origin; write it as https://host or http://host:8080");
            }
            out.add(origin.toLowerCase(Locale.ROOT));
        }
        return out;
    }

    private static int number(Config config, String key, int least) {
        return atLeast(least, config, ROOT + key, config.getInt(ROOT + key));
    }

    private static long bytes(Config config, String key, long least, long most) {
        long value = config.getMemorySize(ROOT + key).toBytes();
        return atMost(most, config, ROOT + key, atLeast(least, config, ROOT + key, value));
    }

    /** A bare number would be milliseconds: 10 ms is the least that makes sense, and a day the most. */
    private static Duration time(Config config, String key) {
        var value = config.getDuration(ROOT + key);
        return atMost(
                Duration.ofDays(1), config, ROOT + key, atLeast(Duration.ofMillis(10), config, ROOT + key, value));
    }

    /**
     * Those of an agent: it has a small heap, and what comes from its own host comes from tasks.
     *
     * @param heapBytes as much as there is for everything
     */
    public HttpConfig ofAgent(int agentPort, long heapBytes) {
        int most = (int) Math.max(2, Math.min(limits.connections(), heapBytes / AGENT_CONNECTION_BYTES));
        return at(host, agentPort)
                .with(new Limits(
                        most,
                        limits.connectionsPerAddress(),
                        Math.min(limits.connectionsFromLoopback(), most / 2),
                        limits.subscriptionsPerSecond(),
                        limits.bodyBytes(),
                        limits.targetBytes()));
    }

    /** The same settings, listening elsewhere. */
    public HttpConfig at(String otherHost, int otherPort) {
        return new HttpConfig(otherHost, otherPort, limits, timeouts, streams, files, browsers, authentication);
    }

    public HttpConfig with(Limits others) {
        return new HttpConfig(host, port, others, timeouts, streams, files, browsers, authentication);
    }

    public HttpConfig with(Timeouts others) {
        return new HttpConfig(host, port, limits, others, streams, files, browsers, authentication);
    }

    public HttpConfig with(Streams others) {
        return new HttpConfig(host, port, limits, timeouts, others, files, browsers, authentication);
    }

    public HttpConfig with(Files others) {
        return new HttpConfig(host, port, limits, timeouts, streams, others, browsers, authentication);
    }

    public HttpConfig with(AuthenticationConfig others) {
        return new HttpConfig(host, port, limits, timeouts, streams, files, browsers, others);
    }
}

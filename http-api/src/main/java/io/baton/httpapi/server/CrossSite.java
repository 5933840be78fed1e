package io.baton.httpapi.server;

import io.baton.core.config.HostPort;
import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.Query;
import io.baton.httpapi.error.Refusal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Refuses what a page of another site has a browser send: a browser reaches networks that the page's author does not,
 * and shows credentials that its user once gave. Browsers say where a request comes from; other clients say nothing of
 * it, and are not asked.
 *
 * <p>A page also comes from elsewhere if its own name was made to lead to this host: so the name counts as this host's
 * only if nobody outside can have it, or if it is known.
 *
 * <p>Pure.
 */
final class CrossSite {
    /** What changes something though it is a GET. */
    private static final String LOGGING = "/logging/toggle";

    private static final Set<String> LOOKS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");
    private static final String LOCALHOST = "localhost";

    private final HttpConfig.Browsers config;
    private final Set<String> names;

    /**
     * @param names of this host, as others know it
     */
    CrossSite(HttpConfig.Browsers config, Set<String> names) {
        this.config = config;
        this.names = names;
    }

    /**
     * @param path normal, as of an {@link Exchange}
     * @param query of the URL, without question mark; may be empty
     * @param header the value of a header, by its name
     */
    Optional<Refusal> problem(String method, String path, String query, Function<String, Optional<String>> header) {
        boolean looks = LOOKS.contains(method) && !(path.equals(LOGGING) && !query.isEmpty());
        boolean script = looks && !query.isEmpty() && isScript(query);
        if (looks && !script) {
            return Optional.empty();
        }
        if (script && !config.jsonp()) {
            return Optional.of(Refusal.of(403, "'jsonp' is switched off here: baton.http.browsers.jsonp"));
        }
        // A page that loads a script names itself here only.
        var origin = header.apply("Origin")
                .or(() -> header.apply("Referer").filter(any -> script).map(CrossSite::originOf))
                .map(text -> text.toLowerCase(Locale.ROOT));
        var host = header.apply("Host").orElse("").toLowerCase(Locale.ROOT);
        boolean foreign = origin.isPresent()
                ? !isKnown(origin.get()) && !isOwn(origin.get(), host)
                : FOREIGN.contains(header.apply("Sec-Fetch-Site").orElse(""));
        return foreign ? Optional.of(refusal(origin, host)) : Optional.empty();
    }

    private static boolean isScript(String query) {
        try {
            return Query.parse(query).text("jsonp").isPresent();
        } catch (BadParameterException e) {
            return false; // whoever wants the parameter will say so
        }
    }

    private static String originOf(String url) {
        int authority = url.indexOf("://") + "://".length();
        int end = url.indexOf('/', authority);
        return end < 0 ? url : url.substring(0, end);
    }

    private boolean isKnown(String origin) {
        return config.origins().contains(origin);
    }

    private boolean isOwn(String origin, String host) {
        boolean encrypted = origin.startsWith("https://");
        if (!encrypted && !origin.startsWith("http://")) {
            return false;
        }
        var port = encrypted ? ":443" : ":80";
        var authority = origin.substring(origin.indexOf("://") + "://".length());
        return withPort(authority, port).equals(withPort(host, port)) && isOwnName(nameOf(host));
    }

    /** No name in the public DNS that somebody could make lead here, or one that we know to be ours. */
    private boolean isOwnName(String name) {
        return HostPort.isAddress(name)
                || name.indexOf('.') < 0
                || name.endsWith("." + LOCALHOST)
                || names.stream().anyMatch(name::equalsIgnoreCase);
    }

    private static String withPort(String authority, String port) {
        return authority.lastIndexOf(':') > authority.lastIndexOf(']') ? authority : authority + port;
    }

    private static String nameOf(String host) {
        return HostPort.host(withPort(host, ":0"));
    }

    private static Refusal refusal(Optional<String> origin, String host) {
        return Refusal.of(
                403,
                "A browser sends this for a page of another site"
                        + origin.map(from -> " (" + from + " to " + host + ")").orElse("")
                        + ", which is refused. If that page is to do so, name it in baton.http.browsers.origins");
    }
}

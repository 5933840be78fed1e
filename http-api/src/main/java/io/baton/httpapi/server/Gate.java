package io.baton.httpapi.server;

import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Credentials;
import io.baton.httpapi.error.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Whether a request says who sends it, where it has to. What it says where it need not is passed over: some clients always
 * send a credential.
 */
public final class Gate {
    /** Nobody has to say anything. */
    public static final Gate OPEN = new Gate(AuthenticationConfig.OFF);

    private static final int UNAUTHORIZED = 401;
    private static final String BASIC = "basic ";
    private static final String BEARER = "bearer ";

    /** For whoever looks whether a process is alive, and where the others are. */
    private static final Set<String> FOR_ALL = Set.of(
            "/health", "/health/live", "/health/ready", "/version", "/redirect", "/api/v1/masters", "/api/v1/executor");

    private enum Realm {
        ALL,
        SCHEDULER,
        READONLY,
        READWRITE
    }

    /**
     * What is to be done with a request.
     *
     * @param principal who sends it; empty where nobody has to say so
     * @param refusal present if it must not go on
     */
    record Verdict(Optional<String> principal, Optional<Refusal> refusal) {
        private static final Verdict PASS = new Verdict(Optional.empty(), Optional.empty());
    }

    private final AuthenticationConfig config;

    public Gate(AuthenticationConfig config) {
        this.config = config;
    }

    /**
     * @param path normal, as of an {@link Exchange}
     * @param authorization the header, if there is one
     */
    Verdict judge(String method, String path, Optional<String> authorization) {
        var realm = realm(method, path);
        if (!isClosed(realm)) {
            return Verdict.PASS;
        }
        var principal = authorization.flatMap(header -> principal(config.credentials(), header));
        return principal.isPresent()
                ? new Verdict(principal, Optional.empty())
                : new Verdict(Optional.empty(), Optional.of(refusal(realm)));
    }

    private boolean isClosed(Realm realm) {
        return switch (realm) {
            case ALL -> false;
            case SCHEDULER -> config.frameworks();
            case READONLY -> config.reads();
            case READWRITE -> config.writes();
        };
    }

    private static Realm realm(String method, String path) {
        if (FOR_ALL.contains(path)) {
            return Realm.ALL;
        }
        if (path.equals("/api/v1/scheduler") || path.startsWith("/api/v1/store/")) {
            return Realm.SCHEDULER;
        }
        return method.equals("GET") || method.equals("HEAD") ? Realm.READONLY : Realm.READWRITE;
    }

    private static Refusal refusal(Realm realm) {
        var name = "baton-" + realm.name().toLowerCase(java.util.Locale.ROOT);
        return new Refusal(
                UNAUTHORIZED,
                "",
                List.of(
                        RawHeader.create("WWW-Authenticate", "Basic realm=\"" + name + "\""),
                        RawHeader.create("WWW-Authenticate", "Bearer realm=\"" + name + "\"")),
                false);
    }

    private static Optional<String> principal(Credentials credentials, String header) {
        var text = header.strip();
        if (text.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return credentials.principalOf(text.substring(BEARER.length()).strip());
        }
        if (!text.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            var bytes =
                    Base64.getDecoder().decode(text.substring(BASIC.length()).strip());
            var pair = new String(bytes, StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon > 0 && credentials.accepts(pair.substring(0, colon), pair.substring(colon + 1))
                    ? Optional.of(pair.substring(0, colon))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}

package io.baton.httpapi.server;

import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Credentials;
import io.baton.core.security.ExecutorIdentity;
import io.baton.core.security.ExecutorTokens;
import io.baton.core.security.Right;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange.Caller;
import io.baton.httpapi.server.WrongCredentials.Attempts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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
    private static final Set<String> FOR_ALL =
            Set.of("/health", "/health/live", "/health/ready", "/version", "/redirect", "/api/v1/masters");

    /** A GET sets it, too. */
    private static final String LOGGING = "/logging/toggle";

    /** All there is in the registry: schedulers' values, too. */
    private static final String SNAPSHOT = "/api/v1/operator/snapshot";

    private static final String EXECUTORS = "/api/v1/executor";
    private static final String OPERATORS = "/api/v1";

    private enum Realm {
        ALL,
        SCHEDULER,
        EXECUTOR,
        READONLY,
        READWRITE
    }

    /**
     * What is to be done with a request.
     *
     * @param caller who sends it; nobody in particular where nobody has to say so
     * @param refusal present if it must not go on
     */
    record Verdict(Caller caller, Optional<Refusal> refusal) {
        private static final Verdict PASS = new Verdict(Caller.ANYONE, Optional.empty());
    }

    private final AuthenticationConfig config;
    private final Optional<ExecutorTokens> tokens;

    /** Of a process that has no executors. */
    public Gate(AuthenticationConfig config) {
        this.config = config;
        this.tokens = Optional.empty();
    }

    /** @param tokens by which executors show who they are */
    public Gate(AuthenticationConfig config, ExecutorTokens tokens) {
        this.config = config;
        this.tokens = Optional.of(tokens);
    }

    /** As below, of somebody of whom nothing is known. */
    Verdict judge(String method, String path, Optional<String> authorization) {
        return judge(method, path, authorization, Attempts.UNLIMITED);
    }

    /**
     * @param path normal, as of an {@link Exchange}
     * @param authorization the header, if there is one
     * @param attempts to show a credential; a token of an executor nobody can guess, and it is looked at in any case
     */
    Verdict judge(String method, String path, Optional<String> authorization, Attempts attempts) {
        var realm = realm(method, path);
        if (!isClosed(realm) && !isClosed(path)) {
            return Verdict.PASS;
        }
        var executor = realm == Realm.EXECUTOR || path.equals(OPERATORS)
                ? authorization.flatMap(Gate::bearer).flatMap(this::executor)
                : Optional.<ExecutorIdentity>empty();
        if (executor.isPresent()) {
            return new Verdict(new Caller(Optional.empty(), executor), Optional.empty());
        }
        if (authorization.isEmpty() || realm == Realm.EXECUTOR) {
            return new Verdict(Caller.ANYONE, Optional.of(refusal(realm)));
        }
        var shown = authorization.get();
        if (!attempts.mayTry(shown)) {
            return new Verdict(Caller.ANYONE, Optional.of(WrongCredentials.tooMany()));
        }
        var right = right(realm);
        var principal = right.flatMap(one -> principal(config.credentials(), shown, EnumSet.of(one)));
        if (principal.isPresent()) {
            attempts.was(shown, true);
            return new Verdict(new Caller(principal, Optional.empty()), Optional.empty());
        }
        var known = principal(config.credentials(), shown, EnumSet.allOf(Right.class));
        attempts.was(shown, known.isPresent());
        var other = known.flatMap(who -> right.map(one -> notFor(who, one)));
        return new Verdict(Caller.ANYONE, Optional.of(other.orElseGet(() -> refusal(realm))));
    }

    /** What a credential must be for; empty for executors, which have tokens of their agent. */
    private static Optional<Right> right(Realm realm) {
        return switch (realm) {
            case ALL, EXECUTOR -> Optional.empty();
            case SCHEDULER -> Optional.of(Right.FRAMEWORKS);
            case READONLY -> Optional.of(Right.READS);
            case READWRITE -> Optional.of(Right.WRITES);
        };
    }

    private static Refusal notFor(String principal, Right right) {
        return Refusal.of(
                403,
                "The credential of '" + principal + "' is not for '"
                        + right.name().toLowerCase(Locale.ROOT)
                        + "': its entry in the credentials file says what it is for");
    }

    private Optional<ExecutorIdentity> executor(String token) {
        return config.executors() ? tokens.flatMap(ours -> ours.verify(token, Instant.now())) : Optional.empty();
    }

    private boolean isClosed(Realm realm) {
        return switch (realm) {
            case ALL -> false;
            case SCHEDULER -> config.frameworks();
            case EXECUTOR -> config.executors();
            case READONLY -> config.reads();
            case READWRITE -> config.writes();
        };
    }

    /** Whether a path is closed though its realm may be open: by other realms that it has a part of. */
    private boolean isClosed(String path) {
        return switch (path) {
            case SNAPSHOT -> config.frameworks() || config.reads();
            case LOGGING -> config.reads();
            default -> false;
        };
    }

    private static Realm realm(String method, String path) {
        if (FOR_ALL.contains(path)) {
            return Realm.ALL;
        }
        if (path.equals(EXECUTORS)) {
            return Realm.EXECUTOR;
        }
        if (path.equals("/api/v1/scheduler") || path.startsWith("/api/v1/store/")) {
            return Realm.SCHEDULER;
        }
        boolean looks =
                (method.equals("GET") || method.equals("HEAD")) && !path.equals(LOGGING) && !path.equals(SNAPSHOT);
        return looks ? Realm.READONLY : Realm.READWRITE;
    }

    /** The realm has the name it has in Mesos: clients may keep their credentials by realm. */
    private Refusal refusal(Realm realm) {
        var name = (tokens.isPresent() ? "mesos-agent-" : "mesos-master-")
                + realm.name().toLowerCase(Locale.ROOT);
        var basic = RawHeader.create("WWW-Authenticate", "Basic realm=\"" + name + "\"");
        var bearer = RawHeader.create("WWW-Authenticate", "Bearer realm=\"" + name + "\"");
        return new Refusal(UNAUTHORIZED, "", realm == Realm.EXECUTOR ? List.of(bearer) : List.of(basic, bearer), false);
    }

    private static Optional<String> bearer(String header) {
        var text = header.strip();
        return text.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(text.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private static Optional<String> principal(Credentials credentials, String header, Set<Right> rights) {
        var text = header.strip();
        var token = bearer(header);
        if (token.isPresent()) {
            return credentials.principalOf(token.get(), rights);
        }
        return pair(text)
                .filter(pair -> credentials.accepts(pair.principal(), pair.secret(), rights))
                .map(Pair::principal);
    }

    /** The principal that a header names, right or wrong; a token names none. */
    static Optional<String> claimed(String header) {
        return pair(header.strip()).map(Pair::principal);
    }

    private record Pair(String principal, String secret) {}

    private static Optional<Pair> pair(String text) {
        if (!text.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            var bytes =
                    Base64.getDecoder().decode(text.substring(BASIC.length()).strip());
            var pair = new String(bytes, StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon > 0
                    ? Optional.of(new Pair(pair.substring(0, colon), pair.substring(colon + 1)))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}

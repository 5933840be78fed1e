package io.baton.sdk.store;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Says where a state store is. */
public final class StateStoreBuilder {
    private static final int DEFAULT_PORT = 5050;

    private final List<URI> masters = new ArrayList<>();
    private Optional<String> authorization = Optional.empty();
    private Optional<SSLContext> tls = Optional.empty();
    private Duration limit = Duration.ofSeconds(15);

    StateStoreBuilder(String... urls) {
        for (var text : urls) {
            for (var url : text.split(",", -1)) {
                masters.add(root(url.strip()));
            }
        }
        if (masters.isEmpty()) {
            throw new IllegalArgumentException("no master: write it as http://host:5050");
        }
    }

    private static URI root(String text) {
        try {
            var url = URI.create(text.contains("://") ? text : "http://" + text);
            boolean http = "http".equals(url.getScheme());
            if (url.getHost() == null || !http && !"https".equals(url.getScheme())) {
                throw wrong(text);
            }
            int port = url.getPort() < 0 && http ? DEFAULT_PORT : url.getPort();
            return URI.create(url.getScheme() + "://" + url.getHost() + (port < 0 ? "" : ":" + port));
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text + "' is not the URL of a master: write it as http://host:5050");
    }

    /** Credentials, sent as HTTP Basic. Default: none. */
    public StateStoreBuilder credentials(String principal, String password) {
        var both = (principal + ":" + password).getBytes(StandardCharsets.UTF_8);
        authorization = Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
        return this;
    }

    /** A bearer token, sent instead of {@link #credentials}: the last one given of the two counts. Default: none. */
    public StateStoreBuilder token(String bearer) {
        if (bearer.isEmpty() || bearer.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("a token has printable ASCII characters only, without spaces");
        }
        authorization = Optional.of("Bearer " + bearer);
        return this;
    }

    /** Trust and keys for https masters. Default: those of the JVM. */
    public StateStoreBuilder tls(SSLContext context) {
        tls = Optional.of(context);
        return this;
    }

    /** How long a call may look for a master that answers. Default: 15 s, which outlasts an election. */
    public StateStoreBuilder timeLimit(Duration most) {
        limit = most;
        return this;
    }

    /** The values of this namespace. Take one for each scheduler, such as its name. */
    public StateStore namespace(String name) {
        return new StateStore(new StoreClient(masters, authorization, tls, limit), name);
    }
}

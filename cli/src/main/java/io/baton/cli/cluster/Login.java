package io.baton.cli.cluster;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the command line shows masters and agents who uses it: {@code BATON_CREDENTIAL=principal:secret} or
 * {@code BATON_TOKEN} in its environment, where a list of processes does not show it.
 *
 * @param principal empty for none
 * @param token empty for none; then the principal is not sent
 * @param encrypted whether it is sent by https only: what was given for an encrypted way never goes over another, since a
 *     master names addresses of its own network, which may be somebody else's where the user is
 */
public record Login(String principal, String secret, String token, boolean encrypted) {
    /** Of nobody. */
    public static final Login NONE = new Login("", "", "", false);

    private static final String CREDENTIAL = "BATON_CREDENTIAL";
    private static final String TOKEN = "BATON_TOKEN";

    private static final String HINT = "it wants to know who you are: set " + CREDENTIAL + "=principal:secret or "
            + TOKEN + "=token in the environment";
    private static final String HELD_BACK =
            "it wants to know who you are, but a credential that you use with https:// is not"
                    + " sent over plain http; where that is safe, name masters with --master http://host:5050";
    private static final String HTTPS = "https";

    /** That of the user of this process. */
    public static Login ofUser() {
        return of(System.getenv());
    }

    static Login of(Map<String, String> environment) {
        var pair = environment.getOrDefault(CREDENTIAL, "");
        int colon = pair.indexOf(':');
        return new Login(
                colon < 0 ? pair : pair.substring(0, colon),
                colon < 0 ? "" : pair.substring(colon + 1),
                environment.getOrDefault(TOKEN, "").strip(),
                false);
    }

    /** For masters at these URLs, and all that they name. */
    Login to(List<URI> masters) {
        return new Login(
                principal, secret, token, encrypted || masters.stream().anyMatch(url -> HTTPS.equals(url.getScheme())));
    }

    /** Of masters, with commas between them, those that it may be shown to. */
    public String reachable(String masters) {
        return encrypted && !header().isEmpty()
                ? Arrays.stream(masters.split(","))
                        .filter(url -> url.strip().startsWith(HTTPS + ":"))
                        .collect(Collectors.joining(","))
                : masters;
    }

    private boolean mayGoTo(URI url) {
        return !encrypted || HTTPS.equals(url.getScheme());
    }

    /** What to do about an answer 401 from there. */
    String hint(URI url) {
        return mayGoTo(url) || header().isEmpty() ? HINT : HELD_BACK;
    }

    /** The header of a request to this URL; empty for none. */
    String header(URI url) {
        return mayGoTo(url) ? header() : "";
    }

    private String header() {
        if (!token.isEmpty()) {
            return "Bearer " + token;
        }
        var pair = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return principal.isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}

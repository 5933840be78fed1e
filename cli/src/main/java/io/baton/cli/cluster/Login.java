package io.baton.cli.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * How the command line shows masters and agents who uses it: {@code BATON_CREDENTIAL=principal:secret} or
 * {@code BATON_TOKEN} in its environment, where a list of processes does not show it.
 *
 * @param principal empty for none
 * @param token empty for none; then the principal is not sent
 */
public record Login(String principal, String secret, String token) {
    private static final String CREDENTIAL = "BATON_CREDENTIAL";
    private static final String TOKEN = "BATON_TOKEN";

    /** What to do about an answer 401. */
    static final String HINT = "it wants to know who you are: set " + CREDENTIAL + "=principal:secret or " + TOKEN
            + "=token in the environment";

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
                environment.getOrDefault(TOKEN, "").strip());
    }

    /** The header of a request; empty for none. */
    public String header() {
        if (!token.isEmpty()) {
            return "Bearer " + token;
        }
        var pair = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return principal.isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}

package io.baton.executor.fetch;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the content of a file must add up to. A URI says it by a parameter {@code checksum=sha256:HEX}, which is not sent
 * to the source (ADR 26).
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex in small letters
 */
public record Checksum(String algorithm, String hex) {
    private static final Pattern PARAMETER = Pattern.compile("[?&]checksum=([a-z0-9]{2,6}):([^&#]*)");

    /**
     * A URI without its checksum.
     *
     * @param problem what is wrong with the checksum, if anything
     */
    public record Split(String uri, Optional<Checksum> checksum, Optional<String> problem) {}

    /** Takes the checksum off a URI. A parameter of that name with another kind of value is the source's own. */
    public static Split split(String uri) {
        var parameter = PARAMETER.matcher(uri);
        if (!parameter.find()) {
            return new Split(uri, Optional.empty(), Optional.empty());
        }
        var algorithm = parameter.group(1);
        var hex = parameter.group(2).toLowerCase(Locale.ROOT);
        var rest = uri.substring(parameter.end());
        // The next parameter, if there is one, takes the place of this.
        var joint = rest.startsWith("&") && parameter.group().startsWith("?") ? "?" + rest.substring(1) : rest;
        var plain = uri.substring(0, parameter.start()) + joint;
        return new Split(plain, Optional.of(new Checksum(algorithm, hex)), problem(algorithm, hex));
    }

    private static Optional<String> problem(String algorithm, String hex) {
        int digits =
                switch (algorithm) {
                    case "sha256" -> 64;
                    case "sha512" -> 128;
                    default -> 0;
                };
        if (digits == 0) {
            return Optional.of("checksum=" + algorithm + ": cannot be checked: only sha256 and sha512 can");
        }
        return hex.matches("[0-9a-f]{" + digits + "}")
                ? Optional.empty()
                : Optional.of("checksum=" + algorithm + ": must be followed by " + digits + " hexadecimal digits");
    }

    /** As Java names the algorithm. */
    public String javaName() {
        return "SHA-" + algorithm.substring("sha".length());
    }
}

package io.baton.core.id;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which texts may be ids and role names (Mesos v1: {@code common/validation}, {@code roles}). */
public final class IdRules {
    /** Longest id in characters. */
    public static final int MAX_LENGTH = 255;

    /** Longest name of a role that somebody may choose, in characters. */
    public static final int MAX_ROLE_LENGTH = 255;

    private IdRules() {}

    /**
     * What is wrong with an id, if anything: 1 to 255 characters, not {@code .} or {@code ..}, no control
     * characters and neither slash nor backslash, since ids become directory names; no half of a surrogate pair, since
     * ids are written in UTF-8, where all of those are alike.
     */
    public static Optional<String> problemOfId(String id) {
        if (id.isEmpty()) {
            return Optional.of("ID must not be empty");
        }
        if (id.length() > MAX_LENGTH) {
            return Optional.of("ID must not be greater than " + MAX_LENGTH + " characters, has " + id.length());
        }
        if (id.equals(".") || id.equals("..")) {
            return Optional.of("'" + id + "' is disallowed");
        }
        boolean bad = id.codePoints().anyMatch(c -> c < ' ' || c == 0x7f || c == '/' || c == '\\' || isHalf(c));
        return bad ? Optional.of("'" + printable(id) + "' contains invalid characters") : Optional.empty();
    }

    private static boolean isHalf(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }

    /**
     * What is wrong with an id that a client has chosen, if anything: it becomes a file name, which may have 255 bytes.
     * The registry goes on to count characters, or masters of two versions would judge one record differently.
     */
    public static Optional<String> problemOfChosenId(String id) {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        return bytes > MAX_LENGTH
                ? Optional.of("ID must not be greater than " + MAX_LENGTH + " bytes, has " + bytes)
                : problemOfId(id);
    }

    /** What is wrong with a role name, if anything. Roles may be paths: {@code eng/build}. */
    public static Optional<String> problemOfRole(String role) {
        if (role.equals("*")) {
            return Optional.empty();
        }
        if (role.isEmpty()) {
            return Optional.of("Empty role name is invalid");
        }
        if (role.startsWith("/") || role.endsWith("/") || role.contains("//")) {
            return Optional.of(
                    "Role '" + printable(role) + "' must not start or end with a slash, nor hold two in a row");
        }
        for (String part : role.split("/", -1)) {
            if (part.equals(".") || part.equals("..") || part.equals("*")) {
                return Optional.of("Role '" + printable(role) + "' must not have '" + part + "' as a path component");
            }
            if (part.startsWith("-")) {
                return Optional.of("Role '" + printable(role) + "' must not have a path component starting with '-'");
            }
        }
        boolean bad = role.chars().anyMatch(c -> c <= ' ' || c == 0x7f);
        return bad ? Optional.of("Role '" + printable(role) + "' must not contain white space") : Optional.empty();
    }

    /**
     * What is wrong with a role name that somebody chooses, if anything. What was chosen before goes on to be as long as it
     * is: the registry does not count, or masters of two versions would judge one record differently.
     */
    public static Optional<String> problemOfChosenRole(String role) {
        return role.length() > MAX_ROLE_LENGTH
                ? Optional.of(
                        "Role name must not be greater than " + MAX_ROLE_LENGTH + " characters, has " + role.length())
                : problemOfRole(role);
    }

    /** The text with control characters shown as escapes, so that it cannot forge log lines or error texts. */
    public static String printable(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean control = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || isHalf(c);
            if (control) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}

package io.baton.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which texts masters take as ids, as keys of the store and as names of roles: in their words. */
final class NameRules {
    private static final int MAX_LENGTH = 255;

    private NameRules() {}

    /** What is wrong with a namespace or a key, if anything. */
    static Optional<String> problemOfId(String id) {
        if (id.isEmpty()) {
            return Optional.of("ID must not be empty");
        }
        if (id.length() > MAX_LENGTH) {
            return Optional.of("ID must not be greater than " + MAX_LENGTH + " characters, has " + id.length());
        }
        if (id.equals(".") || id.equals("..")) {
            return Optional.of("'" + id + "' is disallowed");
        }
        boolean bad = id.codePoints()
                .anyMatch(c ->
                        c < ' ' || c == 0x7f || c == '/' || c == '\\' || Character.getType(c) == Character.SURROGATE);
        return bad ? Optional.of("'" + id + "' contains invalid characters") : Optional.empty();
    }

    /** What is wrong with an id that becomes a name of a directory, if anything. */
    static Optional<String> problemOfChosenId(String id) {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        return bytes > MAX_LENGTH
                ? Optional.of("ID must not be greater than " + MAX_LENGTH + " bytes, has " + bytes)
                : problemOfId(id);
    }

    static Optional<String> problemOfRole(String role) {
        if (role.equals("*")) {
            return Optional.empty();
        }
        if (role.isEmpty()) {
            return Optional.of("Empty role name is invalid");
        }
        if (role.startsWith("/") || role.endsWith("/") || role.contains("//")) {
            return Optional.of("Role '" + role + "' must not start or end with a slash, nor hold two in a row");
        }
        for (var part : role.split("/", -1)) {
            if (part.equals(".") || part.equals("..") || part.equals("*")) {
                return Optional.of("Role '" + role + "' must not have '" + part + "' as a path component");
            }
            if (part.startsWith("-")) {
                return Optional.of("Role '" + role + "' must not have a path component starting with '-'");
            }
        }
        boolean bad = role.chars().anyMatch(c -> c <= ' ' || c == 0x7f);
        return bad ? Optional.of("Role '" + role + "' must not contain white space") : Optional.empty();
    }
}

package io.baton.core.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Principals, each with a secret or a token by which it shows who it is. A principal may have several: the old one and the
 * new one while they are being changed. Each opens everything, or what its entry says.
 *
 * <p>Comparing takes the same time whatever is guessed right. Never shows what it holds.
 */
public final class Credentials {
    /** Nobody is known. */
    public static final Credentials NONE = new Credentials(List.of());

    /**
     * One entry.
     *
     * @param proof a secret or a token
     */
    record Known(String principal, byte[] proof, boolean token, Set<Right> rights) {}

    private final List<Known> all;

    Credentials(List<Known> all) {
        this.all = List.copyOf(all);
    }

    /** Whether this is a secret of this principal, for whatever. */
    public boolean accepts(String principal, String secret) {
        return accepts(principal, secret, EnumSet.allOf(Right.class));
    }

    /** Whether this is a secret of this principal, for one of these at least. */
    public boolean accepts(String principal, String secret, Set<Right> rights) {
        var given = secret.getBytes(StandardCharsets.UTF_8);
        boolean accepted = false;
        for (var known : all) {
            boolean same = MessageDigest.isEqual(known.proof(), given);
            accepted |= same
                    && !known.token()
                    && known.principal().equals(principal)
                    && !Collections.disjoint(known.rights(), rights);
        }
        return accepted;
    }

    /** Whose token this is, for whatever. */
    public Optional<String> principalOf(String token) {
        return principalOf(token, EnumSet.allOf(Right.class));
    }

    /** Whose token this is, if it is for one of these at least. */
    public Optional<String> principalOf(String token, Set<Right> rights) {
        var given = token.getBytes(StandardCharsets.UTF_8);
        var found = Optional.<String>empty();
        for (var known : all) {
            if (MessageDigest.isEqual(known.proof(), given)
                    && known.token()
                    && !Collections.disjoint(known.rights(), rights)) {
                found = Optional.of(known.principal());
            }
        }
        return found;
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    @Override
    public String toString() {
        return all.size() + " credentials";
    }
}

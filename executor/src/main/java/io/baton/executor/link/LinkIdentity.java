package io.baton.executor.link;

import io.baton.core.security.Tls;
import io.baton.link.Credential;
import java.util.Optional;

/**
 * By what an agent shows masters who it is, where they demand it.
 *
 * @param credential goes with each registration
 * @param tls for links on which both ends show a certificate; without it nothing is encrypted
 */
public record LinkIdentity(Optional<Credential> credential, Optional<Tls> tls) {
    /** Shows nothing. */
    public static final LinkIdentity NONE = new LinkIdentity(Optional.empty(), Optional.empty());
}

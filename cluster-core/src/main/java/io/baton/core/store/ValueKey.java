package io.baton.core.store;

import io.baton.core.id.IdRules;
import java.util.Optional;

/**
 * Where a value is.
 *
 * @param namespace of one scheduler, or of several that know each other
 * @param key unique in it
 */
public record ValueKey(String namespace, String key) {
    /** What is wrong with it, if anything. */
    public Optional<String> problem() {
        return problemOfNamespace(namespace).or(() -> IdRules.problemOfId(key).map(why -> "key: " + why));
    }

    /** What is wrong with a namespace, if anything. */
    public static Optional<String> problemOfNamespace(String namespace) {
        return IdRules.problemOfId(namespace).map(why -> "namespace: " + why);
    }
}

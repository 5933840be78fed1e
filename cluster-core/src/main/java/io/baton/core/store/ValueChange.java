package io.baton.core.store;

import java.util.Optional;

/**
 * A key that has changed.
 *
 * @param version of the last change of it, which is its deletion where there is no value
 * @param value as it is now; empty if it is deleted
 */
public record ValueChange(String key, long version, Optional<StoredValue> value) {}

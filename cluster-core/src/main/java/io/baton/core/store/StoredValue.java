package io.baton.core.store;

import com.google.protobuf.ByteString;

/**
 * One value as it is.
 *
 * @param version of its last write; no other write of any value has the same
 */
public record StoredValue(String key, long version, ByteString value) {}

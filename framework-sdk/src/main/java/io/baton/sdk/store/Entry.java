package io.baton.sdk.store;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * One value.
 *
 * @param version of its last write: write it back on condition of this one
 * @param value at most 256 KiB
 */
public record Entry(String key, long version, ByteString value) {
    /** The value as UTF-8. */
    public String text() {
        return value.toString(StandardCharsets.UTF_8);
    }
}

package io.baton.httpapi.server;

import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * The bytes of a body, gathered as they come. They are copied into one array: kept as the pieces in which they came, those of
 * a body in chunks of one byte would take fifty times what they are counted for.
 *
 * <p>Pure, and mutable: one for each body.
 */
final class BodyBytes {
    private static final int FIRST_BYTES = 1_024;
    private static final byte[] NOTHING = {};

    private final int expected;
    private byte[] bytes = NOTHING;
    private int size;

    /** @param expected how many there will be, as far as somebody has said; never more */
    BodyBytes(long expected) {
        this.expected = (int) Math.min(expected, Integer.MAX_VALUE - 16);
    }

    /** The next ones. @return this */
    BodyBytes add(ByteString piece) {
        int needed = Math.addExact(size, piece.size());
        if (needed > bytes.length) {
            long roomy = Math.max(FIRST_BYTES, 2L * needed);
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(expected, roomy)));
        }
        piece.asByteBuffer().get(bytes, size, piece.size());
        size = needed;
        return this;
    }

    /** All of them. Nothing may be added afterwards. */
    ByteString whole() {
        return ByteString.fromArrayUnsafe(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }
}

package io.baton.httpapi.codec;

import java.io.OutputStream;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * Bytes gathered in pieces, for answers that may be large: no piece is ever copied into a larger one, so that an answer
 * of many megabytes does not ask for one array of that size.
 */
final class Chunks extends OutputStream {
    private static final int SMALLEST = 1 << 10;
    private static final int LARGEST = 1 << 18;

    private ByteString done = ByteString.emptyByteString();
    private byte[] piece = new byte[SMALLEST];
    private int begun;
    private int filled;

    @Override
    public void write(int b) {
        if (filled == piece.length) {
            next();
        }
        piece[filled++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == piece.length) {
                next();
            }
            int some = Math.min(left, piece.length - filled);
            System.arraycopy(bytes, from, piece, filled, some);
            filled += some;
            from += some;
            left -= some;
        }
    }

    private void next() {
        finish();
        piece = new byte[Math.min(LARGEST, 2 * piece.length)];
        begun = 0;
        filled = 0;
    }

    private void finish() {
        if (filled > begun) {
            done = done.concat(ByteString.fromArrayUnsafe(piece, begun, filled - begun));
            begun = filled;
        }
    }

    /** Bytes that are whole already: taken as they are, not copied. */
    void add(ByteString whole) {
        finish();
        done = done.concat(whole);
    }

    /** Everything so far. Nothing may be written afterwards. */
    ByteString bytes() {
        return done.concat(ByteString.fromArrayUnsafe(Arrays.copyOfRange(piece, begun, filled)));
    }
}

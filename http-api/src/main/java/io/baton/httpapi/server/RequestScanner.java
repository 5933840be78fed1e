package io.baton.httpapi.server;

import org.apache.pekko.util.ByteString;

/**
 * Follows the requests of a connection, one behind the other: where a head ends, its body, and the next head, which may come
 * with the same bytes. Each head, and what stands behind a body in chunks, is looked at as by {@link HeadScanner}.
 *
 * <p>Whoever says in two ways how long a body is, or in none that is understood here, is refused: the HTTP library, or a proxy
 * in front, might understand something else. A size of a chunk that is none the library refuses; until then, nothing more of
 * what comes is looked at.
 *
 * <p>Pure, and mutable: one for each connection.
 */
final class RequestScanner {
    private static final String FOLDED = "A header must not go on in a second line";
    private static final String UNCLEAR =
            "The length of the body must be said in one way: by a Content-Length of digits, or by Transfer-Encoding: chunked";

    private enum Mode {
        HEAD,
        /** So many bytes are no head. */
        BODY,
        CHUNK_SIZE,
        /** Behind the digits of a chunk's size. */
        CHUNK_EXTENSION,
        CHUNK,
        /** The end of the line behind a chunk. */
        CHUNK_END,
        /** Lines like those of a head, behind the last chunk. */
        TRAILER,
        /** Who knows where the next head begins. */
        UNKNOWN
    }

    /** No chunk is larger. */
    private static final long MAX_CHUNK = 1L << 40;

    private final HeadScanner head = new HeadScanner();
    private Mode mode = Mode.HEAD;
    private long left;
    private int heads;
    private String problem = "";

    /** How many heads are complete. */
    int heads() {
        return heads;
    }

    /** Whether a part of a head has come, and not all of it. */
    boolean inHead() {
        return mode == Mode.HEAD && head.started();
    }

    /** So many requests have been answered: what comes after the answer to the last one is a head. */
    void answered(int count) {
        if (mode == Mode.UNKNOWN && count >= heads) {
            heads = count; // Others may have come behind the one whose end nobody knew.
            next();
        }
    }

    private void next() {
        head.reset();
        mode = Mode.HEAD;
    }

    /** What is wrong with what came, if it is not taken. */
    String problem() {
        return problem;
    }

    /** Reads on. @return whether no header is folded, and every head says how long its body is */
    boolean takes(ByteString bytes) {
        int at = 0;
        while (at < bytes.length() && mode != Mode.UNKNOWN && problem.isEmpty()) {
            if (mode == Mode.HEAD || mode == Mode.TRAILER) {
                var verdict = head.scan(bytes, at);
                at = head.end();
                if (verdict == HeadScanner.Verdict.FOLDED) {
                    problem = FOLDED;
                } else if (verdict == HeadScanner.Verdict.COMPLETE) {
                    lines();
                }
            } else if (mode == Mode.BODY || mode == Mode.CHUNK) {
                long skipped = Math.min(left, bytes.length() - at);
                at += (int) skipped;
                left -= skipped;
                if (left == 0) {
                    skipped();
                }
            } else {
                chunkLine(bytes.apply(at++));
            }
        }
        return problem.isEmpty();
    }

    /** The lines of a head or a trailer are complete. */
    private void lines() {
        if (mode == Mode.TRAILER) {
            next();
            return;
        }
        heads++;
        left = head.length();
        if (left == HeadScanner.UNKNOWN) {
            problem = UNCLEAR;
            return;
        }
        mode = left == HeadScanner.CHUNKED ? Mode.CHUNK_SIZE : left > 0 ? Mode.BODY : Mode.HEAD;
        if (mode == Mode.HEAD) {
            next();
        } else if (mode == Mode.CHUNK_SIZE) {
            left = 0;
        }
    }

    private void skipped() {
        if (mode == Mode.CHUNK) {
            mode = Mode.CHUNK_END;
        } else {
            next();
        }
    }

    private void chunkLine(byte b) {
        if (mode == Mode.CHUNK_END) {
            mode = b == '\n' ? Mode.CHUNK_SIZE : b == '\r' ? Mode.CHUNK_END : Mode.UNKNOWN;
        } else if (b == '\n') {
            if (left == 0) {
                head.resetToTrailer();
                mode = Mode.TRAILER;
            } else {
                mode = Mode.CHUNK;
            }
        } else if (mode == Mode.CHUNK_SIZE) {
            int digit = Character.digit(b, 16);
            left = digit < 0 ? left : left * 16 + digit;
            mode = left > MAX_CHUNK ? Mode.UNKNOWN : digit < 0 ? Mode.CHUNK_EXTENSION : Mode.CHUNK_SIZE;
        }
    }
}

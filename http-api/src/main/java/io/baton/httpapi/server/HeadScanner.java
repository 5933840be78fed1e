package io.baton.httpapi.server;

import java.util.Locale;
import org.apache.pekko.util.ByteString;

/**
 * Looks at the bytes of a request's head as they come: has it ended, and is a header folded over two lines? A fold is
 * read differently by different servers, which hides requests from the proxy in front; the HTTP library lets it pass.
 *
 * <p>Pure, and mutable: one for each connection.
 */
final class HeadScanner {
    enum Verdict {
        /** The head goes on. */
        INCOMPLETE,
        /** The empty line has come; what follows is body or the next request. */
        COMPLETE,
        /** A header line begins with a space or a tab. */
        FOLDED
    }

    /** A length that nobody says: the body is in chunks. */
    static final long CHUNKED = -1;

    /** How long the body is cannot be told. */
    static final long UNKNOWN = -2;

    private static final String CONTENT_LENGTH = "content-length:";
    private static final String TRANSFER_ENCODING = "transfer-encoding:";

    /** So much of each line is kept, of white space in a row one: enough for the headers that say how long the body is. */
    private static final int KEPT = 64;

    /** More digits are no length of a body. */
    private static final int MAX_DIGITS = 15;

    private static final int IN_LINE = 0;
    private static final int AFTER_LINE_FEED = 1;
    private static final int AFTER_RETURN = 2;

    private final StringBuilder line = new StringBuilder(KEPT);
    private int state = AFTER_LINE_FEED;
    private boolean inHeaders;
    private boolean complete;
    private boolean said;
    private long length;
    private int end;

    /** The next request begins. */
    void reset() {
        state = AFTER_LINE_FEED;
        inHeaders = false;
        complete = false;
        said = false;
        length = 0;
        line.setLength(0);
    }

    /** Lines as of a head come behind a body; an empty one may be the first. */
    void resetToTrailer() {
        reset();
        inHeaders = true;
    }

    /** Whether anything but empty lines has come. */
    boolean started() {
        return inHeaders;
    }

    /** Of a head that is complete, what it says of its body's length; 0 if nothing. */
    long length() {
        return length;
    }

    /** Up to where the bytes were looked at that came last. */
    int end() {
        return end;
    }

    /** Reads on. After the end of the head everything is complete until {@link #reset}. */
    Verdict scan(ByteString bytes) {
        return scan(bytes, 0);
    }

    /** As {@link #scan(ByteString)}, from this place on. */
    Verdict scan(ByteString bytes, int from) {
        end = from;
        if (complete) {
            return Verdict.COMPLETE;
        }
        int count = bytes.length();
        while (end < count) {
            byte b = bytes.apply(end++);
            if (state == IN_LINE) {
                if (b == '\n') {
                    lineEnds();
                } else if (line.length() < KEPT && !(isBlank(b) && isBlank(line.charAt(line.length() - 1)))) {
                    line.append((char) (b & 0xff));
                }
            } else if (b == '\n') {
                complete = inHeaders;
                state = AFTER_LINE_FEED;
                if (complete) {
                    return Verdict.COMPLETE;
                }
            } else if (b == '\r' && state == AFTER_LINE_FEED) {
                state = AFTER_RETURN;
            } else {
                if (inHeaders && isBlank(b)) {
                    return Verdict.FOLDED;
                }
                inHeaders = true;
                state = IN_LINE;
                line.append((char) (b & 0xff));
            }
        }
        return Verdict.INCOMPLETE;
    }

    private static boolean isBlank(int letter) {
        return letter == ' ' || letter == '\t';
    }

    private void lineEnds() {
        state = AFTER_LINE_FEED;
        var text = line.toString().toLowerCase(Locale.ROOT);
        boolean whole = line.length() < KEPT;
        line.setLength(0);
        if (!whole && (text.startsWith(CONTENT_LENGTH) || text.startsWith(TRANSFER_ENCODING))) {
            says(UNKNOWN);
        } else if (text.startsWith(CONTENT_LENGTH)) {
            says(digits(text.substring(CONTENT_LENGTH.length()).strip()));
        } else if (text.startsWith(TRANSFER_ENCODING)) {
            boolean chunked = text.substring(TRANSFER_ENCODING.length()).strip().equals("chunked");
            says(chunked ? CHUNKED : UNKNOWN);
        }
    }

    /** Whoever says two things says nothing. */
    private void says(long bodyLength) {
        length = said && length != bodyLength ? UNKNOWN : bodyLength;
        said = true;
    }

    private static long digits(String text) {
        boolean number =
                !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(text) : UNKNOWN;
    }
}

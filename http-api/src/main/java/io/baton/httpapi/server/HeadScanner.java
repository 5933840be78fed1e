package io.baton.httpapi.server;

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

    private static final int IN_LINE = 0;
    private static final int AFTER_LINE_FEED = 1;
    private static final int AFTER_RETURN = 2;

    private int state = AFTER_LINE_FEED;
    private boolean inHeaders;
    private boolean complete;

    /** The next request begins. */
    void reset() {
        state = AFTER_LINE_FEED;
        inHeaders = false;
        complete = false;
    }

    /** Whether anything but empty lines has come. */
    boolean started() {
        return inHeaders;
    }

    /** Reads on. After the end of the head everything is complete until {@link #reset}. */
    Verdict scan(ByteString bytes) {
        if (complete) {
            return Verdict.COMPLETE;
        }
        int length = bytes.length();
        for (int i = 0; i < length; i++) {
            byte b = bytes.apply(i);
            if (state == IN_LINE) {
                state = b == '\n' ? AFTER_LINE_FEED : IN_LINE;
            } else if (b == '\n') {
                complete = inHeaders;
                state = AFTER_LINE_FEED;
                if (complete) {
                    return Verdict.COMPLETE;
                }
            } else if (b == '\r' && state == AFTER_LINE_FEED) {
                state = AFTER_RETURN;
            } else {
                if (inHeaders && (b == ' ' || b == '\t')) {
                    return Verdict.FOLDED;
                }
                inHeaders = true;
                state = IN_LINE;
            }
        }
        return Verdict.INCOMPLETE;
    }
}

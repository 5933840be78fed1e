package io.baton.sdk.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** What a peer sent, made fit for a message. */
final class Text {
    private static final int SHOWN = 300;

    private Text() {}

    /** One line, printable, at most 300 characters. */
    static String shortened(String text) {
        var line = text.strip().replaceAll("[\\p{Cntrl}]+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    static String shortened(byte[] text) {
        return shortened(new String(text, StandardCharsets.UTF_8));
    }

    /** What broke, in words an operator knows. */
    static String why(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host " + failure.getMessage();
        }
        if (failure instanceof ConnectException) {
            return "connection refused";
        }
        if (failure instanceof SocketTimeoutException) {
            return "no connection in time";
        }
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}

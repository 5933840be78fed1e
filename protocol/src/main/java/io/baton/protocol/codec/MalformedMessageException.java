package io.baton.protocol.codec;

/**
 * Bytes that are no message of the expected type. The text says what is wrong with them and is fit
 * for an answer to whoever sent them; it has no prefix that names body, call or encoding.
 */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for callers that answer each in a way of its own. */
    public enum Kind {
        /** The bytes are not in the encoding at all: broken JSON, truncated protobuf. */
        UNREADABLE,
        /** JSON nested deeper than anyone needs. */
        TOO_DEEP,
        /** A JSON string, number or name longer than anyone needs. */
        TOO_LONG,
        /** Of more messages and elements of lists than allowed: see {@link MessageParts}. */
        TOO_MANY,
        /** Well-formed, but not this message: a wrong type, a number out of range, a required field missing. */
        DOES_NOT_FIT
    }

    private final Kind kind;

    MalformedMessageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

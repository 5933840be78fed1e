package io.baton.protocol.json;

/**
 * JSON that was refused. The text says why and names the field where there is one; it is fit for an
 * answer to whoever sent the JSON and carries no prefix.
 */
public final class MesosJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for callers that answer each in a way of its own. */
    public enum Kind {
        /** The text is no JSON. */
        NOT_JSON,
        /** Nested deeper than {@link MesosJson#MAX_DEPTH}. */
        TOO_DEEP,
        /** A string, number or name is longer than its limit in {@link MesosJson}. */
        TOO_LONG,
        /** Of more messages and elements of lists than allowed. */
        TOO_MANY,
        /** JSON, but not of this message. */
        DOES_NOT_FIT
    }

    private final Kind kind;
    private final int line;
    private final int column;

    MesosJsonException(Kind kind, String message, int line, int column) {
        super(message);
        this.kind = kind;
        this.line = line;
        this.column = column;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * @return line of the refused place, from 1; 0 when what is wrong is not in one place
     */
    public int line() {
        return line;
    }

    /**
     * @return column of the refused place in bytes, from 1; 0 when what is wrong is not in one place
     */
    public int column() {
        return column;
    }
}

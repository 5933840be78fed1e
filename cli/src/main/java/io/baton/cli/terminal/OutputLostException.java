package io.baton.cli.terminal;

/** Results cannot be written any more, so that it makes no sense to go on. {@link Terminal#lostOutput} knows why. */
public final class OutputLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Thrown by who writes in a loop. */
    public OutputLostException() {
        super("the output cannot be written");
    }
}

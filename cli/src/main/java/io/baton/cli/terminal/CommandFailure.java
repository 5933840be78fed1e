package io.baton.cli.terminal;

/** Ends a command with one line for the user: what is wrong with which input, and what to do. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The command did not work. */
    public static final int FAILED = 1;

    /** It was used wrongly. */
    public static final int USAGE = 2;

    /** It ended for a reason that is gone when it is started again; a supervisor does that. */
    public static final int TRY_AGAIN = 75;

    private final int status;

    private CommandFailure(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** Something outside did not work. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(FAILED, message, null);
    }

    /** As {@link #failed(String)}; the cause is shown with {@code -v} only. */
    public static CommandFailure failed(String message, Throwable cause) {
        return new CommandFailure(FAILED, message, cause);
    }

    /** Something ended this process that will not end the next one. */
    public static CommandFailure tryAgain(String message) {
        return new CommandFailure(TRY_AGAIN, message, null);
    }

    /** The user's input is wrong. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message, null);
    }

    /** The exit status. */
    public int status() {
        return status;
    }
}

package io.baton.httpapi.files;

import io.baton.httpapi.error.Refusal;

/** A file that is not there for the client, whatever the reason, or not now. */
public final class NoFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final boolean soon;

    NoFileException(Refusal refusal) {
        this(refusal, false);
    }

    private NoFileException(Refusal refusal, boolean soon) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
        this.soon = soon;
    }

    static NoFileException notFound() {
        return new NoFileException(Refusal.of(404, "There is no such file among those that are shown here"));
    }

    static NoFileException badRequest(String text) {
        return new NoFileException(Refusal.badRequest(text));
    }

    static NoFileException later(String text) {
        return new NoFileException(Refusal.later(text));
    }

    /** As {@link #later}, of what most likely is over in a moment. */
    static NoFileException soon(String text) {
        return new NoFileException(Refusal.later(text), true);
    }

    /** Whether it is worth while to ask again in a moment, before anybody is told. */
    boolean isSoon() {
        return soon;
    }

    Refusal refusal() {
        return refusal;
    }
}

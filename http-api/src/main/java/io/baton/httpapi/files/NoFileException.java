package io.baton.httpapi.files;

import io.baton.httpapi.error.Refusal;

/** A file that is not there for the client, whatever the reason, or not now. */
public final class NoFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    NoFileException(Refusal refusal) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
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

    Refusal refusal() {
        return refusal;
    }
}

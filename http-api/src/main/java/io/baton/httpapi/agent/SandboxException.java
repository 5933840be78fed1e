package io.baton.httpapi.agent;

import io.baton.httpapi.error.Refusal;

/** A file that is not there for the client, whatever the reason. */
final class SandboxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    SandboxException(Refusal refusal) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    static SandboxException notFound() {
        return new SandboxException(Refusal.of(404, "There is no such file below the sandboxes of this agent"));
    }

    static SandboxException badRequest(String text) {
        return new SandboxException(Refusal.badRequest(text));
    }

    Refusal refusal() {
        return refusal;
    }
}

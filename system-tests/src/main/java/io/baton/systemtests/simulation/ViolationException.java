package io.baton.systemtests.simulation;

/** Something is so that must never be. */
final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ViolationException(String what) {
        super(what);
    }
}

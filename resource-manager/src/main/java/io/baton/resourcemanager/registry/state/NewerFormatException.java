package io.baton.resourcemanager.registry.state;

/** The log or a snapshot holds what this version does not understand. It must stop: to skip would be to differ. */
public final class NewerFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NewerFormatException(String what) {
        super(what + " was written by a newer version: upgrade this master before it starts again");
    }
}

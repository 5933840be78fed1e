package io.baton.executor.download;

import java.io.IOException;

/** A file cannot be had; the message is for the framework. */
final class FetchFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FetchFailedException(String message) {
        super(message);
    }
}

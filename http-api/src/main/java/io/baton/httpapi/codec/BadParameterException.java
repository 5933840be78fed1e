package io.baton.httpapi.codec;

/** A parameter of a request will not do. The text names it and is fit for the client, who gets a 400. */
public final class BadParameterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadParameterException(String text) {
        super(text, null, false, false);
    }
}

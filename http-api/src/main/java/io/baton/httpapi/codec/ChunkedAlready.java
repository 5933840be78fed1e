package io.baton.httpapi.codec;

import org.apache.pekko.http.scaladsl.model.headers.CustomHeader;

/**
 * Says that a body, which the HTTP library takes for bytes that end with the connection, consists of chunks. For bodies
 * that many clients share, chunks and all.
 */
public final class ChunkedAlready extends CustomHeader {
    public static final ChunkedAlready HEADER = new ChunkedAlready();

    private ChunkedAlready() {}

    @Override
    public String name() {
        return "Transfer-Encoding";
    }

    @Override
    public String lowercaseName() {
        return "transfer-encoding";
    }

    @Override
    public String value() {
        return "chunked";
    }

    @Override
    public boolean renderInRequests() {
        return false;
    }

    @Override
    public boolean renderInResponses() {
        return true;
    }
}

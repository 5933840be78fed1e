package io.baton.httpapi.codec;

import com.google.protobuf.Message;
import io.baton.httpapi.error.Refusal;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MalformedMessageException;
import io.baton.protocol.codec.MalformedMessageException.Kind;
import org.apache.pekko.util.ByteString;

/** From the bytes of a body to a call, or to the refusal that says what is wrong with them. */
public final class CallReader {
    /** The bytes are no call. */
    public static final class UnreadableCallException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        UnreadableCallException(Refusal refusal) {
            super(refusal.text(), null, false, false);
            this.refusal = refusal;
        }

        public Refusal refusal() {
            return refusal;
        }
    }

    private CallReader() {}

    /**
     * The encoding that a Content-Type header names.
     *
     * @param mediaType without parameters; {@code application/octet-stream} is what the HTTP library makes of none
     */
    public static Encoding encoding(String mediaType) throws UnreadableCallException {
        if (mediaType.isEmpty() || mediaType.equals("none/none") || mediaType.equals("application/octet-stream")) {
            throw new UnreadableCallException(Refusal.NO_CONTENT_TYPE);
        }
        var encoding = Encoding.ofContentType(mediaType);
        if (encoding.isEmpty()) {
            throw new UnreadableCallException(Refusal.BAD_CONTENT_TYPE);
        }
        return encoding.get();
    }

    public static <B extends Message.Builder> B read(Encoding encoding, ByteString body, B into)
            throws UnreadableCallException {
        try {
            return encoding.parse(body.toArrayUnsafe(), into);
        } catch (MalformedMessageException e) {
            throw new UnreadableCallException(Refusal.badRequest(text(encoding, e)));
        }
    }

    private static String text(Encoding encoding, MalformedMessageException failure) {
        if (encoding == Encoding.JSON) {
            return failure.kind() == Kind.DOES_NOT_FIT
                    ? "Failed to convert JSON into Call protobuf: " + failure.getMessage()
                    : "Failed to parse body into JSON: " + failure.getMessage();
        }
        return failure.kind() == Kind.DOES_NOT_FIT
                ? "Failed to parse body into Call protobuf: " + failure.getMessage()
                : "Failed to parse body into Call protobuf";
    }
}

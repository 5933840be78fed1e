package io.baton.httpapi.codec;

import com.google.protobuf.Message;
import io.baton.httpapi.error.Refusal;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MalformedMessageException;
import io.baton.protocol.codec.MalformedMessageException.Kind;
import java.util.Optional;
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
     * @param contentType empty if there was no such header
     */
    public static Encoding encoding(Optional<String> contentType) throws UnreadableCallException {
        if (contentType.isEmpty()) {
            throw new UnreadableCallException(Refusal.NO_CONTENT_TYPE);
        }
        var encoding = Encoding.ofContentType(contentType.get());
        if (encoding.isEmpty()) {
            throw new UnreadableCallException(Refusal.BAD_CONTENT_TYPE);
        }
        return encoding.get();
    }

    /** @param most messages and elements of lists that are read */
    public static <B extends Message.Builder> B read(Encoding encoding, ByteString body, B into, long most)
            throws UnreadableCallException {
        try {
            return encoding.parse(body.toArrayUnsafe(), into, most);
        } catch (MalformedMessageException e) {
            if (e.kind() == Kind.TOO_MANY) {
                throw new UnreadableCallException(Refusal.tooManyParts(most));
            }
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

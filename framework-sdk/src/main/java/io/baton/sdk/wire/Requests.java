package io.baton.sdk.wire;

import com.google.protobuf.CodedOutputStream;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.scheduler.Call;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** How calls are written as requests: encoding and credentials. */
public final class Requests {
    private static final int FIRST_BYTES = 4096;

    private final Encoding encoding;
    private final String headers;

    /**
     * @param encoding of calls and events
     * @param authorization the header, such as {@code Bearer t}; empty for none
     */
    public Requests(Encoding encoding, String authorization) {
        this.encoding = encoding;
        headers = "User-Agent: baton-sdk\r\nContent-Type: " + encoding.contentType() + "\r\nAccept: "
                + encoding.contentType() + "\r\n"
                + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n");
    }

    /** A principal and its secret as HTTP Basic; empty if there is no principal. */
    public static String basic(String principal, String secret) {
        var pair = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return principal.isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    Encoding encoding() {
        return encoding;
    }

    /** Writes requests one after the other into one array. Used by one thread. */
    final class Buffer {
        private URI endpoint;
        private String streamId;
        /** All of the head up to the number after Content-Length, for the endpoint and stream last used. */
        private byte[] head = {};

        private byte[] bytes = new byte[FIRST_BYTES];
        private int length;

        byte[] bytes() {
            return bytes;
        }

        /** How many of the bytes are the request. */
        int length() {
            return length;
        }

        /** @param stream empty for SUBSCRIBE, which must not name one */
        void write(URI to, String stream, Call call) {
            if (!to.equals(endpoint) || !stream.equals(streamId)) {
                endpoint = to;
                streamId = stream;
                head = head(to, stream).getBytes(StandardCharsets.ISO_8859_1);
            }
            if (encoding == Encoding.PROTOBUF) {
                var size = call.getSerializedSize();
                var at = start(size);
                try {
                    var out = CodedOutputStream.newInstance(bytes, at, size);
                    call.writeTo(out);
                    out.checkNoSpaceLeft();
                } catch (IOException e) {
                    throw new AssertionError("an array has no I/O", e);
                }
            } else {
                var body = encoding.write(call);
                System.arraycopy(body, 0, bytes, start(body.length), body.length);
            }
        }

        private int start(int size) {
            var number = (size + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
            var at = head.length + number.length;
            length = at + size;
            if (bytes.length < length) {
                bytes = Arrays.copyOf(bytes, Math.max(length, bytes.length * 2));
            }
            System.arraycopy(head, 0, bytes, 0, head.length);
            System.arraycopy(number, 0, bytes, head.length, number.length);
            return at;
        }
    }

    Buffer buffer() {
        return new Buffer();
    }

    private String head(URI to, String stream) {
        var path = to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery());
        return "POST " + path + " HTTP/1.1\r\nHost: " + to.getRawAuthority() + "\r\n" + headers
                + (stream.isEmpty() ? "" : "Mesos-Stream-Id: " + stream + "\r\n") + "Content-Length: ";
    }
}

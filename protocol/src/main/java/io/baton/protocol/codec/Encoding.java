package io.baton.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.baton.protocol.codec.MalformedMessageException.Kind;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** How a message is written on the wire. */
public enum Encoding {
    /** The JSON of {@link MesosJson}. */
    JSON("application/json") {
        @Override
        public byte[] write(Message message) {
            return MesosJson.write(message);
        }

        @Override
        public void write(Message message, OutputStream into) throws IOException {
            MesosJson.write(message, into);
        }

        @Override
        public <B extends Message.Builder> B parse(byte[] body, B into, long most) throws MalformedMessageException {
            try {
                return MesosJson.parse(body, into, most);
            } catch (MesosJsonException e) {
                throw new MalformedMessageException(kindOf(e), e.getMessage(), e);
            }
        }

        @Override
        public <B extends Message.Builder> B readBack(byte[] body, B into) throws MalformedMessageException {
            try {
                return MesosJson.readBack(body, into);
            } catch (MesosJsonException e) {
                throw new MalformedMessageException(kindOf(e), e.getMessage(), e);
            }
        }
    },

    /** Binary protobuf. */
    PROTOBUF("application/x-protobuf") {
        @Override
        public byte[] write(Message message) {
            return message.toByteArray();
        }

        @Override
        public void write(Message message, OutputStream into) throws IOException {
            message.writeTo(into);
        }

        @Override
        public <B extends Message.Builder> B parse(byte[] body, B into, long most) throws MalformedMessageException {
            if (MessageParts.exceed(body, into.getDescriptorForType(), most)) {
                throw new MalformedMessageException(
                        Kind.TOO_MANY, "more than " + most + " messages and elements of lists, the limit", null);
            }
            try {
                into.mergeFrom(body);
            } catch (InvalidProtocolBufferException e) {
                throw new MalformedMessageException(Kind.UNREADABLE, e.getMessage(), e);
            }
            if (!into.isInitialized()) {
                throw new MalformedMessageException(Kind.DOES_NOT_FIT, MesosJson.missingFields(into), null);
            }
            return into;
        }
    };

    private final String contentType;

    Encoding(String contentType) {
        this.contentType = contentType;
    }

    /**
     * @return the media type exactly as an answer must carry it: without parameters, since clients
     *     compare it as text
     */
    public String contentType() {
        return contentType;
    }

    /** Writes one message. The array is the caller's. */
    public abstract byte[] write(Message message);

    /** As {@link #write(Message)}, piece by piece: for messages of many megabytes. */
    public abstract void write(Message message, OutputStream into) throws IOException;

    /**
     * Reads one message.
     *
     * @param body the whole message; how long it may be is for the transport to say
     * @param into fresh; after a failure its content means nothing
     * @return {@code into}, initialized
     * @throws MalformedMessageException with a text for whoever sent the bytes
     */
    public <B extends Message.Builder> B parse(byte[] body, B into) throws MalformedMessageException {
        return parse(body, into, Long.MAX_VALUE);
    }

    /**
     * As {@link #parse(byte[], Message.Builder)}, of what somebody has sent who may want us to make more of it than there
     * is room for.
     *
     * @param most messages and elements of lists that are read: see {@link MessageParts}
     * @throws MalformedMessageException with a text for whoever sent the bytes
     */
    public abstract <B extends Message.Builder> B parse(byte[] body, B into, long most)
            throws MalformedMessageException;

    /**
     * As {@link #parse(byte[], Message.Builder)}, for clients: reads whatever {@link #write(Message)} writes, also what a
     * server does not take.
     *
     * @throws MalformedMessageException with a text for whoever sent the bytes
     */
    public <B extends Message.Builder> B readBack(byte[] body, B into) throws MalformedMessageException {
        return parse(body, into);
    }

    /** As {@link #parse(byte[], Message.Builder)}. */
    public <B extends Message.Builder> B parse(ByteString body, B into) throws MalformedMessageException {
        return parse(body.toByteArray(), into);
    }

    /**
     * Finds the encoding that a Content-Type header names.
     *
     * @param header in any case, with or without parameters such as a charset
     * @return empty for any other media type
     */
    public static Optional<Encoding> ofContentType(String header) {
        int parameters = header.indexOf(';');
        var mediaType = (parameters < 0 ? header : header.substring(0, parameters)).strip();
        for (var encoding : values()) {
            if (encoding.contentType.equals(mediaType.toLowerCase(Locale.ROOT))) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }

    private static Kind kindOf(MesosJsonException refusal) {
        return switch (refusal.kind()) {
            case NOT_JSON -> Kind.UNREADABLE;
            case TOO_DEEP -> Kind.TOO_DEEP;
            case TOO_LONG -> Kind.TOO_LONG;
            case TOO_MANY -> Kind.TOO_MANY;
            case DOES_NOT_FIT -> Kind.DOES_NOT_FIT;
        };
    }
}

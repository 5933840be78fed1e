package io.baton.protocol.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Of how many parts bytes in protobuf are: messages, elements of lists and fields that their type does not know. Each becomes
 * an object, an empty one of two bytes too, so that a few megabytes can become hundreds: whoever does not trust the sender
 * counts before it reads.
 *
 * <p>Pure. Reads the bytes once and keeps none of them.
 */
public final class MessageParts {
    /** About how many bytes of memory a part takes, with its place in a list. */
    public static final int BYTES = 128;

    /** As deep as protobuf reads. */
    private static final int MAX_DEPTH = 100;

    /** No part is shorter. */
    private static final int LEAST_BYTES = 2;

    private final CodedInputStream in;
    private final int size;
    private final long most;
    private long parts;

    private MessageParts(CodedInputStream in, int size, long most) {
        this.in = in;
        this.size = size;
        this.most = most;
    }

    /**
     * Counts.
     *
     * @param message may be broken: then what stands before the broken place counts, which is what a parser makes of it
     * @param type of the message
     * @return exact up to {@code most}; of more, some number above it
     */
    public static long count(byte[] message, Descriptor type, long most) {
        return count(CodedInputStream.newInstance(message), message.length, type, most);
    }

    /** As {@link #count(byte[], Descriptor, long)}. */
    public static long count(ByteString message, Descriptor type, long most) {
        return count(message.newCodedInput(), message.size(), type, most);
    }

    private static long count(CodedInputStream in, int size, Descriptor type, long most) {
        var counting = new MessageParts(in, size, most);
        try {
            counting.message(type, 0);
        } catch (IOException broken) {
            return counting.parts;
        }
        return counting.parts;
    }

    /** Whether there may be more; false without a look at bytes that are too few for that. */
    public static boolean exceed(byte[] message, Descriptor type, long most) {
        return message.length / LEAST_BYTES > most && count(message, type, most) > most;
    }

    /** @param type null of a group, which no message of ours has */
    private void message(Descriptor type, int depth) throws IOException {
        while (parts <= most) {
            int tag = in.readTag();
            if (tag == 0 || WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
                return;
            }
            var field = type == null ? null : type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            if (field == null
                    || field.isRepeated()
                    || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    || WireFormat.getTagWireType(tag) != field.getLiteType().getWireType()) {
                parts++; // Also what is not written as its field is: a parser keeps it, each by itself.
            }
            value(tag, field, depth);
        }
    }

    private void value(int tag, FieldDescriptor field, int depth) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_START_GROUP -> {
                if (depth < MAX_DEPTH) {
                    message(null, depth + 1);
                }
            }
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                if (field != null && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    inner(field.getMessageType(), depth);
                } else {
                    int length = in.readRawVarint32();
                    if (field != null && field.isPackable() && length > 0) {
                        // Numbers in one piece: no more than their bytes, and than there are.
                        parts += Math.min(length, size - in.getTotalBytesRead());
                    }
                    in.skipRawBytes(length);
                }
            }
            case WireFormat.WIRETYPE_VARINT -> {
                long number = in.readRawVarint64();
                if (field != null
                        && field.getType() == FieldDescriptor.Type.ENUM
                        && field.getEnumType().findValueByNumber((int) number) == null) {
                    parts++; // Kept like a field that nobody knows.
                }
            }
            default -> in.skipField(tag);
        }
    }

    private void inner(Descriptor type, int depth) throws IOException {
        if (depth >= MAX_DEPTH) {
            throw new IOException("nested too deep");
        }
        int before = in.pushLimit(in.readRawVarint32());
        message(type, depth + 1);
        if (parts <= most) {
            in.popLimit(before);
        }
    }
}

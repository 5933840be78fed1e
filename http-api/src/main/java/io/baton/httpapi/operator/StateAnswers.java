package io.baton.httpapi.operator;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.codec.Pieces;
import io.baton.httpapi.codec.Replies;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.master.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Answers that list the state of a large cluster, GET_STATE and its parts, in both encodings: in pieces that are kept from
 * one picture to the next. So an answer of many megabytes takes the memory of what has changed since the last one.
 *
 * <p>They hold nothing but messages and lists of messages, down to what is listed.
 */
final class StateAnswers {
    /** The part of the heap that the pieces of one list in one encoding may take, as a divisor. */
    private static final int HEAP_PART = 64;

    private static final int BITS_OF_WIRE_TYPE = 3;

    private record Listing(Encoding encoding, FieldDescriptor field) {}

    private final Map<Listing, Pieces<Message>> lists = new HashMap<>();

    /** @param response with one of GET_STATE's parts, or all of them */
    synchronized HttpResponse answer(Encoding encoding, Response response) {
        var body = encoding == Encoding.JSON ? JsonText.write(out -> json(out, response)) : protobuf(response);
        return Replies.body(Replies.contentType(encoding), body);
    }

    @SuppressWarnings("unchecked") // A repeated field of messages is a list of them.
    private static List<Message> elements(Message message, FieldDescriptor field) {
        return (List<Message>) message.getField(field);
    }

    private void json(JsonText out, Message message) {
        out.object(() -> {
            for (var field : message.getDescriptorForType().getFields()) {
                if (field.isRepeated()) {
                    list(out, field, elements(message, field));
                } else if (message.hasField(field) && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                    json(out.name(field.getName()), (Message) message.getField(field));
                } else if (message.hasField(field)) {
                    out.field(field.getName(), ((EnumValueDescriptor) message.getField(field)).getName());
                }
            }
        });
    }

    /** Empty ones are shown, but for those that nobody should use any more. */
    private void list(JsonText out, FieldDescriptor field, List<Message> elements) {
        if (!elements.isEmpty() || !field.getOptions().getDeprecated()) {
            var pieces = lists.computeIfAbsent(
                    new Listing(Encoding.JSON, field), key -> new Pieces<>(JsonText::message, mostKept()));
            out.array(field.getName(), elements, pieces);
            pieces.forgetUnused();
        }
    }

    private ByteString protobuf(Message message) {
        var out = new ByteStringBuilder();
        for (var field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                var pieces = lists.computeIfAbsent(
                        new Listing(Encoding.PROTOBUF, field),
                        key -> new Pieces<>(some -> fields(field, some), "", mostKept()));
                out.append(pieces.written(elements(message, field)));
                pieces.forgetUnused();
            } else if (message.hasField(field) && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                var inner = protobuf((Message) message.getField(field));
                out.append(varint(field.getNumber() << BITS_OF_WIRE_TYPE | WireFormat.WIRETYPE_LENGTH_DELIMITED))
                        .append(varint(inner.size()))
                        .append(inner);
            } else if (message.hasField(field)) {
                out.append(varint(field.getNumber() << BITS_OF_WIRE_TYPE | WireFormat.WIRETYPE_VARINT))
                        .append(varint(((EnumValueDescriptor) message.getField(field)).getNumber()));
            }
        }
        return out.result();
    }

    private static ByteString varint(int value) {
        var bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(value)];
        try {
            CodedOutputStream.newInstance(bytes).writeUInt32NoTag(value);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return ByteString.fromArrayUnsafe(bytes);
    }

    /** Elements as the wire has them: each with the number of its field and its length. */
    private static ByteString fields(FieldDescriptor field, List<Message> elements) {
        int size = 0;
        for (var element : elements) {
            size += CodedOutputStream.computeMessageSize(field.getNumber(), element);
        }
        var bytes = new byte[size];
        try {
            var out = CodedOutputStream.newInstance(bytes);
            for (var element : elements) {
                out.writeMessage(field.getNumber(), element);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return ByteString.fromArrayUnsafe(bytes);
    }

    private static long mostKept() {
        return Runtime.getRuntime().maxMemory() / HEAP_PART;
    }
}

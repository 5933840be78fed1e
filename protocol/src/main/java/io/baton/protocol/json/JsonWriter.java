package io.baton.protocol.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.baton.protocol.json.MessagePlan.FieldPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes one message by the plans of its types. */
final class JsonWriter {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final JsonGenerator out;

    private JsonWriter(JsonGenerator out) {
        this.out = out;
    }

    static byte[] write(Message message) {
        try (var bytes = new ByteArrayBuilder()) {
            write(message, bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
    }

    static void write(Message message, OutputStream into) throws IOException {
        try (var out = FACTORY.createGenerator(into)) {
            write(message, out);
        }
    }

    static void write(Message message, JsonGenerator into) throws IOException {
        new JsonWriter(into).message(message);
    }

    private void message(MessageOrBuilder message) throws IOException {
        out.writeStartObject();
        for (var plan : MessagePlan.of(message.getDescriptorForType()).fields()) {
            switch (plan.shape()) {
                case SINGLE -> single(message, plan);
                case LIST -> list(message, plan);
                case MAP -> map(message, plan);
            }
        }
        out.writeEndObject();
    }

    private void single(MessageOrBuilder message, FieldPlan plan) throws IOException {
        if (plan.writtenUnset() || message.hasField(plan.field())) {
            out.writeFieldName(plan.quoted());
            value(plan.field(), message.getField(plan.field()));
        }
    }

    private void list(MessageOrBuilder message, FieldPlan plan) throws IOException {
        var count = message.getRepeatedFieldCount(plan.field());
        if (count == 0 && !plan.writtenEmpty()) {
            return;
        }
        out.writeFieldName(plan.quoted());
        out.writeStartArray();
        for (int i = 0; i < count; i++) {
            value(plan.field(), message.getRepeatedField(plan.field(), i));
        }
        out.writeEndArray();
    }

    private void map(MessageOrBuilder message, FieldPlan plan) throws IOException {
        if (message.getRepeatedFieldCount(plan.field()) == 0) {
            return;
        }
        var key = plan.field().getMessageType().findFieldByNumber(1);
        var value = plan.field().getMessageType().findFieldByNumber(2);
        List<Message> entries = new ArrayList<>();
        for (var entry : (List<?>) message.getField(plan.field())) {
            entries.add((Message) entry);
        }
        entries.sort(Comparator.comparing(entry -> entry.getField(key).toString()));
        out.writeFieldName(plan.quoted());
        out.writeStartObject();
        for (var entry : entries) {
            out.writeFieldName(entry.getField(key).toString());
            value(value, entry.getField(value));
        }
        out.writeEndObject();
    }

    private void value(FieldDescriptor field, Object value) throws IOException {
        switch (field.getType()) {
            case MESSAGE, GROUP -> message((Message) value);
            case STRING -> out.writeString((String) value);
            case ENUM -> out.writeString(((EnumValueDescriptor) value).getName());
            case DOUBLE -> number((Double) value);
            case FLOAT -> number((Float) value);
            case INT64, SINT64, SFIXED64 -> out.writeNumber((long) value);
            case UINT64, FIXED64 -> out.writeNumber(Long.toUnsignedString((long) value));
            case INT32, SINT32, SFIXED32 -> out.writeNumber((int) value);
            case UINT32, FIXED32 -> out.writeNumber(Integer.toUnsignedLong((int) value));
            case BOOL -> out.writeBoolean((boolean) value);
            case BYTES -> bytes((ByteString) value);
        }
    }

    private void number(Double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(JsonNumber.text(value));
        } else {
            out.writeString(value.toString());
        }
    }

    private void number(Float value) throws IOException {
        if (Float.isFinite(value)) {
            out.writeNumber(JsonNumber.text(value));
        } else {
            out.writeString(value.toString());
        }
    }

    private void bytes(ByteString value) throws IOException {
        out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, value.newInput(), value.size());
    }
}

package io.baton.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.baton.protocol.json.MesosJsonException.Kind;
import io.baton.protocol.json.MessagePlan.FieldPlan;
import io.baton.protocol.json.MessagePlan.Shape;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one message by the plans of its types. {@link JsonScalar} reads what is not an object. */
final class JsonReader {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MesosJson.MAX_DEPTH)
                    .maxStringLength(MesosJson.MAX_STRING_LENGTH)
                    .maxNumberLength(MesosJson.MAX_NUMBER_LENGTH)
                    .maxNameLength(MesosJson.MAX_NAME_LENGTH)
                    .build())
            .build();

    private final JsonParser in;
    private final boolean ours;
    private final long most;
    private long parts;

    /**
     * @param ours whether the text is one that {@link JsonWriter} has written
     * @param most parts that are read
     */
    private JsonReader(JsonParser in, boolean ours, long most) {
        this.in = in;
        this.ours = ours;
        this.most = most;
    }

    /** What is read of a whole text. */
    private interface Document {
        void from(JsonReader reader) throws IOException, Misfit;
    }

    static void read(byte[] json, Message.Builder into, long most) throws MesosJsonException {
        read(json, false, most, reader -> reader.whole(into));
    }

    /** Of a text that {@link JsonWriter} has written. */
    static void readOurs(byte[] json, Message.Builder into) throws MesosJsonException {
        read(json, true, Long.MAX_VALUE, reader -> reader.whole(into));
    }

    private void whole(Message.Builder into) throws IOException, Misfit {
        begin(JsonToken.START_OBJECT, "object");
        object(into);
    }

    /** @param field the name of a list of messages */
    static void readList(byte[] json, String field, Message.Builder into, long most) throws MesosJsonException {
        var plan = MessagePlan.of(into.getDescriptorForType()).byName().get(field);
        read(json, false, most, reader -> {
            reader.begin(JsonToken.START_ARRAY, "array");
            reader.replace(into, plan, JsonToken.START_ARRAY);
        });
    }

    private static void read(byte[] json, boolean ours, long most, Document document) throws MesosJsonException {
        try (var in = FACTORY.createParser(json)) {
            try {
                var reader = new JsonReader(in, ours, most);
                document.from(reader);
                reader.expectEnd();
            } catch (Misfit e) {
                var at = in.currentTokenLocation();
                throw new MesosJsonException(e.kind(), e.getMessage(), at.getLineNr(), at.getColumnNr());
            } catch (StreamConstraintsException e) {
                throw overLimit(in, e);
            } catch (JsonProcessingException e) {
                throw notJson(json, e.getLocation() == null ? in.currentLocation() : e.getLocation());
            }
        } catch (IOException e) {
            throw notJson(json, JsonLocation.NA);
        }
    }

    private void begin(JsonToken wanted, String form) throws IOException, Misfit {
        var first = in.nextToken();
        if (first == null) {
            throw new JsonParseException(in, "nothing there", in.currentLocation());
        }
        if (first != wanted) {
            in.skipChildren();
            expectEnd();
            throw new Misfit("Expecting a JSON " + form);
        }
    }

    private void expectEnd() throws IOException {
        if (in.nextToken() != null) {
            throw new JsonParseException(in, "something behind the end", in.currentTokenLocation());
        }
    }

    private void object(Message.Builder into) throws IOException, Misfit {
        var plans = MessagePlan.of(into.getDescriptorForType()).byName();
        for (var name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            var plan = plans.get(name);
            var token = in.nextToken();
            if (plan == null) {
                in.skipChildren();
            } else {
                replace(into, plan, token);
            }
        }
    }

    /** Sets a field to a value, whatever the builder held: of a name that comes twice the last one counts. */
    private void replace(Message.Builder into, FieldPlan plan, JsonToken token) throws IOException, Misfit {
        var field = plan.field();
        if (plan.shape() == Shape.SINGLE) {
            if (into.hasField(field)) {
                into.clearField(field);
            }
            var value = value(into, field, token);
            if (value != null) {
                into.setField(field, value);
            }
            return;
        }
        if (into.getRepeatedFieldCount(field) > 0) {
            into.clearField(field);
        }
        if (plan.shape() == Shape.MAP) {
            Map<Object, Object> entries = new LinkedHashMap<>();
            entries(into, field, token, entries);
            entries.values().forEach(entry -> into.addRepeatedField(field, entry));
        } else {
            elements(into, field, token);
        }
    }

    /** One value stands for a list of one; lists within the list are read as if they were not there. */
    private void elements(Message.Builder into, FieldDescriptor field, JsonToken token) throws IOException, Misfit {
        if (token == JsonToken.START_ARRAY) {
            for (var next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                elements(into, field, next);
            }
            return;
        }
        var value = value(into, field, token);
        if (value != null) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                count();
            }
            into.addRepeatedField(field, value);
        }
    }

    private void entries(Message.Builder owner, FieldDescriptor field, JsonToken token, Map<Object, Object> entries)
            throws IOException, Misfit {
        if (token == JsonToken.START_ARRAY) {
            for (var next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
                entries(owner, field, next, entries);
            }
        } else if (token == JsonToken.START_OBJECT) {
            for (var name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                entry(owner.newBuilderForField(field), field, name, entries);
            }
        } else if (token != JsonToken.VALUE_NULL) {
            throw Misfit.notExpecting(token, field);
        }
    }

    private void entry(Message.Builder entry, FieldDescriptor field, String name, Map<Object, Object> entries)
            throws IOException, Misfit {
        var keyField = field.getMessageType().findFieldByNumber(1);
        var valueField = field.getMessageType().findFieldByNumber(2);
        count();
        var key = JsonScalar.string(in, keyField, name);
        var value = value(entry, valueField, in.nextToken());
        if (value == null) {
            entries.remove(key);
        } else {
            entries.put(
                    key,
                    entry.setField(keyField, key).setField(valueField, value).buildPartial());
        }
    }

    /** One more message or element of a list: each becomes an object, however short it is written. */
    private void count() throws Misfit {
        if (++parts > most) {
            throw Misfit.tooMany(most);
        }
    }

    /** @return null for a value that leaves its field unset */
    private Object value(Message.Builder owner, FieldDescriptor field, JsonToken token) throws IOException, Misfit {
        if (token == JsonToken.START_OBJECT && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            count();
            var inner = owner.newBuilderForField(field);
            object(inner);
            return inner.buildPartial();
        }
        if (ours && token == JsonToken.VALUE_STRING && in.getText().equals("NaN")) {
            if (field.getType() == FieldDescriptor.Type.DOUBLE) {
                return Double.NaN;
            }
            if (field.getType() == FieldDescriptor.Type.FLOAT) {
                return Float.NaN;
            }
        }
        return JsonScalar.read(in, field, token);
    }

    private static MesosJsonException overLimit(JsonParser in, StreamConstraintsException e) {
        var at = e.getLocation() == null ? in.currentLocation() : e.getLocation();
        var deep = in.getParsingContext().getNestingDepth() > MesosJson.MAX_DEPTH;
        var text = deep
                ? "nested deeper than " + MesosJson.MAX_DEPTH + " levels"
                : "a string, number or name is longer than allowed";
        return new MesosJsonException(
                deep ? Kind.TOO_DEEP : Kind.TOO_LONG,
                text + ", at line " + at.getLineNr() + " column " + at.getColumnNr(),
                at.getLineNr(),
                at.getColumnNr());
    }

    private static MesosJsonException notJson(byte[] json, JsonLocation at) {
        int line = Math.max(1, at.getLineNr());
        int column = Math.max(1, at.getColumnNr());
        return new MesosJsonException(
                Kind.NOT_JSON,
                "syntax error at line " + line + " near: " + Misfit.near(json, at.getByteOffset()) + " (column "
                        + column + ")",
                line,
                column);
    }
}

package io.baton.protocol.json;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Why JSON does not fit its message, in the words that Mesos clients know. Never leaves the package. */
final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_SHOWN = 40;

    private final MesosJsonException.Kind kind;

    Misfit(String message) {
        this(MesosJsonException.Kind.DOES_NOT_FIT, message);
    }

    private Misfit(MesosJsonException.Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static Misfit tooMany(long most) {
        return new Misfit(
                MesosJsonException.Kind.TOO_MANY, "more than " + most + " messages and elements of lists, the limit");
    }

    MesosJsonException.Kind kind() {
        return kind;
    }

    static Misfit notExpecting(JsonToken token, FieldDescriptor field) {
        return new Misfit("Not expecting a JSON " + form(token) + " for field '" + field.getName() + "'");
    }

    static Misfit notParsed(String text, String wanted, FieldDescriptor field) {
        return new Misfit(
                "Failed to parse '" + shown(text) + "' as a JSON " + wanted + " for field '" + field.getName() + "'");
    }

    static Misfit outOfRange(String number, FieldDescriptor field) {
        return new Misfit("Number " + shown(number) + " is out of range for field '" + field.getName() + "' of type "
                + field.getType().name().toLowerCase(Locale.ROOT));
    }

    private static String form(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            default -> "number";
        };
    }

    /** What stands at a place, for an error message. */
    static String near(byte[] json, long offset) {
        int from = (int) Math.max(0, Math.min(offset, json.length));
        int to = Math.min(json.length, from + MAX_SHOWN);
        return shown(new String(Arrays.copyOfRange(json, from, to), StandardCharsets.UTF_8));
    }

    /** Somebody else's text, short and in printable ASCII: it ends in logs, terminals and answers. */
    static String shown(String text) {
        var shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_SHOWN); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return text.length() > MAX_SHOWN ? shown.append("...").toString() : shown.toString();
    }
}

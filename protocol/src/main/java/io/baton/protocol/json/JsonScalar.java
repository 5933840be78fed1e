package io.baton.protocol.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Base64;

/** Reads single values, each by the type of the field it is for and the form it came in. */
final class JsonScalar {
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    private static final BigInteger MIN_INT64 = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_INT64 = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MAX_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN_INT32 = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger MAX_INT32 = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger MAX_UINT32 = BigInteger.TWO.pow(32).subtract(BigInteger.ONE);

    private JsonScalar() {}

    /**
     * Reads the parser's current value.
     *
     * @return what the field's setter takes; null for a value that leaves the field unset
     */
    static Object read(JsonParser in, FieldDescriptor field, JsonToken token) throws IOException, Misfit {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> string(in, field, in.getText());
            case VALUE_NUMBER_INT -> integer(in, field);
            case VALUE_NUMBER_FLOAT -> number(field, in.getText());
            case VALUE_TRUE, VALUE_FALSE -> bool(field, token);
            default -> throw Misfit.notExpecting(token, field);
        };
    }

    /** Reads a value that came as a string, or is the name of a map's entry. */
    static Object string(JsonParser in, FieldDescriptor field, String text) throws JsonParseException, Misfit {
        return switch (field.getType()) {
            case STRING -> wellFormed(in, text);
            case BYTES -> bytes(field, text);
            case ENUM -> enumValue(field, text);
            case BOOL ->
                switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw Misfit.notParsed(text, "boolean", field);
                };
            case MESSAGE, GROUP -> throw Misfit.notExpecting(JsonToken.VALUE_STRING, field);
            case DOUBLE -> isSpecial(text) ? (Object) Double.valueOf(text) : checked(field, text);
            case FLOAT -> isSpecial(text) ? (Object) Float.valueOf(text) : checked(field, text);
            default -> checked(field, text);
        };
    }

    /** Half of a surrogate pair is no character: in UTF-8 all of them are written alike. Mesos's parser takes none either. */
    private static String wellFormed(JsonParser in, String text) throws JsonParseException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    throw new JsonParseException(in, "half of a surrogate pair", in.currentTokenLocation());
                }
                i++;
            }
        }
        return text;
    }

    private static boolean isSpecial(String text) {
        return text.equals("Infinity") || text.equals("-Infinity");
    }

    private static Object checked(FieldDescriptor field, String text) throws Misfit {
        if (!JsonNumber.isNumber(text)) {
            throw Misfit.notParsed(text, "number", field);
        }
        return number(field, text);
    }

    private static Object bool(FieldDescriptor field, JsonToken token) throws Misfit {
        if (field.getType() != FieldDescriptor.Type.BOOL) {
            throw Misfit.notExpecting(token, field);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** The common case, without a detour by text. */
    private static Object integer(JsonParser in, FieldDescriptor field) throws IOException, Misfit {
        if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return number(field, in.getText());
        }
        long value = in.getLongValue();
        boolean small = value >= 0 && value <= Integer.MAX_VALUE;
        return switch (field.getType()) {
            case DOUBLE -> (double) value;
            case INT64, SINT64, SFIXED64 -> value;
            case UINT32, FIXED32, INT32, SINT32, SFIXED32 -> small ? (Object) (int) value : number(field, in.getText());
            default -> number(field, in.getText());
        };
    }

    /** @param text a JSON number */
    private static Object number(FieldDescriptor field, String text) throws Misfit {
        return switch (field.getType()) {
            case DOUBLE -> {
                var value = Double.parseDouble(text);
                if (Double.isInfinite(value)) {
                    throw Misfit.outOfRange(text, field);
                }
                yield value;
            }
            case FLOAT -> {
                var value = Float.parseFloat(text);
                if (Float.isInfinite(value)) {
                    throw Misfit.outOfRange(text, field);
                }
                yield value;
            }
            case INT64, SINT64, SFIXED64 ->
                within(MIN_INT64, MAX_INT64, field, text).longValue();
            case UINT64, FIXED64 ->
                within(BigInteger.ZERO, MAX_UINT64, field, text).longValue();
            case INT32, SINT32, SFIXED32 ->
                within(MIN_INT32, MAX_INT32, field, text).intValue();
            case UINT32, FIXED32 ->
                within(BigInteger.ZERO, MAX_UINT32, field, text).intValue();
            default -> throw Misfit.notExpecting(JsonToken.VALUE_NUMBER_INT, field);
        };
    }

    private static BigInteger within(BigInteger least, BigInteger most, FieldDescriptor field, String text)
            throws Misfit {
        var value = JsonNumber.whole(text);
        if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw Misfit.outOfRange(text, field);
        }
        return value;
    }

    private static Object enumValue(FieldDescriptor field, String text) throws Misfit {
        var value = field.getEnumType().findValueByName(text);
        if (value == null && field.isRequired()) {
            throw new Misfit("Failed to find enum for '" + Misfit.shown(text) + "' in field '" + field.getName() + "'");
        }
        return value;
    }

    private static ByteString bytes(FieldDescriptor field, String text) throws Misfit {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new Misfit("Failed to base64 decode bytes field '" + field.getName() + "': " + notBase64(text));
        }
    }

    private static String notBase64(String text) {
        return text.codePoints()
                .filter(c -> BASE64.indexOf(c) < 0)
                .mapToObj(c -> "Invalid character '" + Misfit.shown(Character.toString(c)) + "'")
                .findFirst()
                .orElse("Invalid length or padding");
    }
}

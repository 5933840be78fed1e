package io.baton.protocol.oracle;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes messages of any type from a seed. Uses nothing but protobuf and the JDK, and of protobuf
 * only what versions 3.5 and 4 share, because it runs with either.
 */
public final class RandomMessage {
    private static final int MAX_DEPTH = 5;
    private static final int MAX_ELEMENTS = 3;
    private static final String[] TEXTS = {
        "", "a", "*", "dev/web", "\u00e9\u00df", "\u4f60\u597d", "\ud83d\ude00", "\"\\/\b\f\n\r\t\u0000\u001f\u007f"
    };
    private static final double[] DOUBLES = {
        0.0, -0.0, 1.0, 0.1, 1e-7, 1e7, 1.795352057792472E9, 1e21, -1e300, Double.MIN_VALUE, Double.MAX_VALUE
    };
    private static final long[] LONGS = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53};

    private final Random random;
    private final Set<String> leftOut;

    /**
     * @param leftOut full names of fields and enum values that must not occur
     */
    public RandomMessage(long seed, Set<String> leftOut) {
        this.random = new Random(seed);
        this.leftOut = leftOut;
    }

    /** A message with all required fields, and those with a default of their own, set. */
    public Message like(Message prototype) {
        return fill(prototype.newBuilderForType(), 0);
    }

    private Message fill(Message.Builder builder, int depth) {
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            if (leftOut.contains(field.getFullName())) {
                continue;
            }
            var must = field.isRequired() || field.hasDefaultValue();
            if (field.isMapField()) {
                entries(builder, field, depth);
            } else if (field.isRepeated()) {
                for (int i = count(depth); i > 0; i--) {
                    builder.addRepeatedField(field, value(builder, field, depth));
                }
            } else if (must || (depth < MAX_DEPTH && random.nextInt(3) > 0 && !isSetInOneof(builder, field))) {
                builder.setField(field, value(builder, field, depth));
            }
        }
        return builder.build();
    }

    private static boolean isSetInOneof(Message.Builder builder, FieldDescriptor field) {
        return field.getContainingOneof() != null && builder.hasOneof(field.getContainingOneof());
    }

    private int count(int depth) {
        return depth < MAX_DEPTH ? random.nextInt(MAX_ELEMENTS) : 0;
    }

    private void entries(Message.Builder builder, FieldDescriptor field, int depth) {
        var key = field.getMessageType().findFieldByNumber(1);
        var value = field.getMessageType().findFieldByNumber(2);
        var entries = new TreeMap<String, Message>();
        for (int i = count(depth); i > 0; i--) {
            var entry = builder.newBuilderForField(field);
            entry.setField(key, value(entry, key, depth));
            entry.setField(value, value(entry, value, depth));
            entries.put(entry.getField(key).toString(), entry.build());
        }
        entries.values().forEach(entry -> builder.addRepeatedField(field, entry));
    }

    private Object value(Message.Builder owner, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case MESSAGE -> fill(owner.newBuilderForField(field), depth + 1);
            case ENUM -> enumValue(field);
            case STRING -> TEXTS[random.nextInt(TEXTS.length)] + random.nextInt(100);
            case BYTE_STRING -> bytes();
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextBoolean() ? random.nextInt() : random.nextInt(5);
            case LONG -> random.nextBoolean() ? random.nextLong() : LONGS[random.nextInt(LONGS.length)];
            case DOUBLE -> random.nextBoolean() ? random.nextGaussian() * 1e6 : DOUBLES[random.nextInt(DOUBLES.length)];
            case FLOAT -> random.nextFloat();
        };
    }

    private Object enumValue(FieldDescriptor field) {
        var values = field.getEnumType().getValues().stream()
                .filter(value -> !leftOut.contains(value.getFullName()))
                .toList();
        return values.get(random.nextInt(values.size()));
    }

    private ByteString bytes() {
        var bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}

package io.baton.systemtests.calls;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Messages drawn by chance: of a form that every parser takes, of a content that seldom makes sense. */
final class RandomMessages {
    private static final int DEEP = 4;
    private static final int DEEPEST = 8;
    private static final double LIKELY = 0.35;
    private static final double UNLIKELY = 0.1;
    private static final int MOST_REPEATED = 3;

    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "*",
            "a/b",
            "/a",
            "..",
            "../../etc/passwd",
            "a".repeat(300),
            "\u0000",
            "\u202e",
            "\r\n",
            "a b",
            "-1",
            "\u00e9",
            "\ud83d\ude00",
            "%s",
            "${x}",
            "cpus",
            "mem",
            "disk",
            "ports",
            "gpus",
            "10.9.8.7"); // Of another host: an agent that is down for maintenance ends.

    private static final double[] NUMBERS = {
        0, -0.0, 1, -1, 0.5, 1e-9, 1e308, -1e308, 4294967296.0, 1e18, Double.NaN, Double.POSITIVE_INFINITY
    };

    private static final long[] WHOLES = {0, 1, -1, 5, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE};

    private final Random random;
    private final Map<String, String> known;

    /** @param known what a message of this name has as its {@code value}, mostly: ids of what is there */
    RandomMessages(Random random, Map<String, String> known) {
        this.random = random;
        this.known = known;
    }

    /** Sets some of the message's fields, and all that it must have. */
    <B extends Message.Builder> B fill(B into) {
        fill(into, 0);
        return into;
    }

    private void fill(Message.Builder into, int depth) {
        var id = known.get(into.getDescriptorForType().getName());
        if (id != null && random.nextInt(5) > 0) {
            into.setField(into.getDescriptorForType().findFieldByName("value"), id);
            return;
        }
        boolean entry = into.getDescriptorForType().getOptions().getMapEntry();
        for (var field : into.getDescriptorForType().getFields()) {
            boolean chosen = random.nextDouble() < (depth < DEEP ? LIKELY : UNLIKELY);
            if (field.isRequired() || entry || chosen && depth < DEEPEST) {
                put(into, field, depth);
            }
        }
    }

    private void put(Message.Builder into, FieldDescriptor field, int depth) {
        if (field.isRepeated()) {
            for (int i = random.nextInt(MOST_REPEATED + 1); i > 0; i--) {
                into.addRepeatedField(field, value(into, field, depth));
            }
        } else {
            into.setField(field, value(into, field, depth));
        }
    }

    private Object value(Message.Builder into, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case MESSAGE -> {
                var inner = into.newBuilderForField(field);
                fill(inner, depth + 1);
                yield inner.build();
            }
            case ENUM -> any(field.getEnumType().getValues());
            case STRING -> any(TEXTS);
            case BYTE_STRING -> ByteString.copyFromUtf8(any(TEXTS));
            case BOOLEAN -> random.nextBoolean();
            case DOUBLE -> NUMBERS[random.nextInt(NUMBERS.length)];
            case FLOAT -> (float) NUMBERS[random.nextInt(NUMBERS.length)];
            case INT -> (int) WHOLES[random.nextInt(WHOLES.length)];
            case LONG -> WHOLES[random.nextInt(WHOLES.length)];
        };
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}

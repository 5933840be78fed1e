package io.baton.protocol.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import java.util.List;
import java.util.Map;

/**
 * Which required fields a message lacks, in words. A message of a few megabytes may lack millions, whose paths would take
 * hundreds: the first ones are named, and nothing is made of the others.
 *
 * <p>Pure. What lacks nothing is not looked into.
 */
final class MissingFields {
    /** Most characters of all paths together. */
    static final int MAX_CHARACTERS = 1_024;

    private static final String SEPARATOR = ", ";
    private static final String MORE = " and others";

    private final StringBuilder paths = new StringBuilder();
    private boolean full;

    private MissingFields() {}

    /** @return paths such as {@code kill.task_id}, in the order in which protobuf names them; empty if nothing is missing */
    static String of(MessageOrBuilder message) {
        var missing = new MissingFields();
        missing.look("", message);
        return missing.full ? missing.paths + MORE : missing.paths.toString();
    }

    private void look(String prefix, MessageOrBuilder message) {
        for (var field : message.getDescriptorForType().getFields()) {
            if (field.isRequired() && !message.hasField(field)) {
                add(prefix + field.getName());
            }
        }
        for (var set : message.getAllFields().entrySet()) {
            if (set.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                lookInto(prefix, set);
            }
        }
    }

    private void lookInto(String prefix, Map.Entry<FieldDescriptor, Object> set) {
        var name = set.getKey().getName();
        if (set.getValue() instanceof MessageOrBuilder message) {
            if (!full && !message.isInitialized()) {
                look(prefix + name + ".", message);
            }
            return;
        }
        int index = 0;
        for (var element : (List<?>) set.getValue()) {
            if (full) {
                return;
            }
            var message = (MessageOrBuilder) element;
            if (!message.isInitialized()) {
                look(prefix + name + "[" + index + "].", message);
            }
            index++;
        }
    }

    private void add(String path) {
        if (full) {
            return;
        }
        int taken = paths.length() + (paths.length() == 0 ? 0 : SEPARATOR.length());
        if (taken + path.length() <= MAX_CHARACTERS) {
            paths.append(paths.length() == 0 ? "" : SEPARATOR).append(path);
            return;
        }
        full = true;
        if (paths.length() == 0) {
            paths.append(path, 0, MAX_CHARACTERS);
        }
    }
}

package io.baton.protocol.oracle;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All generated messages behind some {@code .proto} files. Runs with our classes, and a second time
 * with the published ones in a class loader of their own; only types of the JDK cross the border.
 */
public final class GeneratedTypes {
    private final Map<String, Message> prototypes = new LinkedHashMap<>();
    private final Map<String, String> schema = new TreeMap<>();
    private final Map<String, List<String>> fieldOrder = new TreeMap<>();

    /**
     * @param outerClasses the classes that hold the file descriptors
     */
    public GeneratedTypes(List<String> outerClasses) throws ReflectiveOperationException {
        for (String name : outerClasses) {
            var file = (FileDescriptor)
                    Class.forName(name).getMethod("getDescriptor").invoke(null);
            for (Descriptor type : file.getMessageTypes()) {
                message(type);
            }
            file.getEnumTypes().forEach(this::enumeration);
        }
    }

    /** Full names of all messages but the entries of maps. */
    public Set<String> messages() {
        return prototypes.keySet();
    }

    /** What the wire and the JSON depend on, by the full name of message, field or enum value. */
    public Map<String, String> schema() {
        return schema;
    }

    /** Full names of each message's fields as the {@code .proto} has them: JSON is written in this order. */
    public Map<String, List<String>> fieldOrder() {
        return fieldOrder;
    }

    /** A message that another protobuf can read, too. */
    public byte[] random(String message, long seed, Set<String> leftOut) {
        return new RandomMessage(seed, leftOut).like(prototypes.get(message)).toByteArray();
    }

    /** Reads and writes a message; refuses one with fields or enum values that are unknown here. */
    public byte[] rewritten(String message, byte[] bytes) throws InvalidProtocolBufferException {
        var read = prototypes.get(message).newBuilderForType().mergeFrom(bytes).build();
        refuseUnknown(read);
        return read.toByteArray();
    }

    Message prototype(String message) {
        return prototypes.get(message);
    }

    private void message(Descriptor type) throws ReflectiveOperationException {
        schema.put(type.getFullName(), "message");
        if (!type.getOptions().getMapEntry()) {
            var javaClass = Class.forName(javaName(type));
            prototypes.put(type.getFullName(), (Message)
                    javaClass.getMethod("getDefaultInstance").invoke(null));
        }
        type.getFields().forEach(field -> schema.put(field.getFullName(), shown(field)));
        fieldOrder.put(
                type.getFullName(),
                type.getFields().stream().map(FieldDescriptor::getFullName).toList());
        type.getEnumTypes().forEach(this::enumeration);
        for (Descriptor nested : type.getNestedTypes()) {
            message(nested);
        }
    }

    private void enumeration(EnumDescriptor type) {
        schema.put(type.getFullName(), "enum starting with " + type.getValues().get(0));
        for (EnumValueDescriptor value : type.getValues()) {
            schema.put(type.getFullName() + "." + value.getName(), "= " + value.getNumber());
        }
    }

    private static String shown(FieldDescriptor field) {
        var label = field.isMapField()
                ? "map"
                : field.isRequired() ? "required" : field.isRepeated() ? "repeated" : "optional";
        var type =
                switch (field.getJavaType()) {
                    case MESSAGE -> field.getMessageType().getFullName();
                    case ENUM -> field.getEnumType().getFullName();
                    default -> field.getType().name().toLowerCase(Locale.ROOT);
                };
        var oneof = field.getContainingOneof() == null
                ? ""
                : " in " + field.getContainingOneof().getName();
        var value = field.hasDefaultValue() ? " default " + field.getDefaultValue() : "";
        return label + " " + type + " = " + field.getNumber() + oneof + value + (field.isPacked() ? " packed" : "")
                + (field.getOptions().getDeprecated() ? " deprecated" : "");
    }

    private static String javaName(Descriptor type) {
        var options = type.getFile().getOptions();
        var path = type.getName();
        for (var outer = type.getContainingType(); outer != null; outer = outer.getContainingType()) {
            path = outer.getName() + "$" + path;
        }
        var home = options.getJavaMultipleFiles() ? "." : "." + options.getJavaOuterClassname() + "$";
        return options.getJavaPackage() + home + path;
    }

    private static void refuseUnknown(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            throw new IllegalStateException(
                    "unknown in " + message.getDescriptorForType().getFullName() + ": "
                            + message.getUnknownFields().asMap().keySet());
        }
        for (Object value : message.getAllFields().values()) {
            for (Object element : value instanceof List ? (List<?>) value : List.of(value)) {
                if (element instanceof Message inner) {
                    refuseUnknown(inner);
                }
            }
        }
    }
}

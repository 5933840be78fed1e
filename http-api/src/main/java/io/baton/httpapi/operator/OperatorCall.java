package io.baton.httpapi.operator;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The form of operator calls, of masters and of agents alike. Pure. */
public final class OperatorCall {
    private OperatorCall() {}

    /** A call without a type, or with one that nobody knows: Mesos's words, and then what there is. */
    public static Optional<String> typeMissing(EnumDescriptor types) {
        return Optional.of("Expecting 'type' to be present: one of "
                + types.getValues().stream()
                        .map(EnumValueDescriptor::getName)
                        .filter(name -> !name.equals("UNKNOWN"))
                        .collect(Collectors.joining(", ")));
    }

    /**
     * What is wrong with the form of a call, if anything: each type needs the message of the same name, if the call has
     * a field for one.
     *
     * @param call with an enum field {@code type}
     * @param optional names of the messages that may be missing all the same
     */
    public static Optional<String> problem(Message call, Set<String> optional) {
        var fields = call.getDescriptorForType();
        var type = fields.findFieldByName("type");
        if (!call.hasField(type)) {
            return typeMissing(type.getEnumType());
        }
        var name = ((EnumValueDescriptor) call.getField(type)).getName().toLowerCase(Locale.ROOT);
        var field = fields.findFieldByName(name);
        return field == null || call.hasField(field) || optional.contains(name)
                ? Optional.empty()
                : Optional.of("Expecting '" + name + "' to be present");
    }
}

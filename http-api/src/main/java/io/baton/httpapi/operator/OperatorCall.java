package io.baton.httpapi.operator;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The form of operator calls, of masters and of agents alike. Pure. */
public final class OperatorCall {
    private OperatorCall() {}

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
            return Optional.of("Expecting 'type' to be present");
        }
        var name = ((EnumValueDescriptor) call.getField(type)).getName().toLowerCase(Locale.ROOT);
        var field = fields.findFieldByName(name);
        return field == null || call.hasField(field) || optional.contains(name)
                ? Optional.empty()
                : Optional.of("Expecting '" + name + "' to be present");
    }
}

package io.baton.core.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.baton.v1.FrameworkID;
import java.util.Objects;

/** The id of a framework, as chosen by the master or by the scheduler itself. */
public record FrameworkId(String value) implements Comparable<FrameworkId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public FrameworkId {
        Objects.requireNonNull(value, "value");
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    /** The id as it stands on the wire; not checked, see {@link IdRules}. */
    public static FrameworkId fromProto(FrameworkID proto) {
        return new FrameworkId(proto.getValue());
    }

    public FrameworkID toProto() {
        return FrameworkID.newBuilder().setValue(value).build();
    }

    @Override
    public int compareTo(FrameworkId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

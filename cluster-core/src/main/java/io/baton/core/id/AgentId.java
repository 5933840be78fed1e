package io.baton.core.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.baton.v1.AgentID;
import java.util.Objects;

/** The id of an agent, given by the master at its first registration. */
public record AgentId(String value) implements Comparable<AgentId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AgentId {
        Objects.requireNonNull(value, "value");
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    /** The id as it stands on the wire; not checked, see {@link IdRules}. */
    public static AgentId fromProto(AgentID proto) {
        return new AgentId(proto.getValue());
    }

    public AgentID toProto() {
        return AgentID.newBuilder().setValue(value).build();
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

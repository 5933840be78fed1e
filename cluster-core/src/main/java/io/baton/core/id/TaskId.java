package io.baton.core.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.baton.v1.TaskID;
import java.util.Objects;

/** The id of a task, chosen by its scheduler; unique within the framework while the task lives. */
public record TaskId(String value) implements Comparable<TaskId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TaskId {
        Objects.requireNonNull(value, "value");
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    /** The id as it stands on the wire; not checked, see {@link IdRules}. */
    public static TaskId fromProto(TaskID proto) {
        return new TaskId(proto.getValue());
    }

    public TaskID toProto() {
        return TaskID.newBuilder().setValue(value).build();
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

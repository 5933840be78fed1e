package io.baton.core.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.baton.v1.OfferID;
import java.util.Objects;

/** The id of an offer; used once. */
public record OfferId(String value) implements Comparable<OfferId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public OfferId {
        Objects.requireNonNull(value, "value");
    }

    @JsonValue
    @Override
    public String value() {
        return value;
    }

    /** The id as it stands on the wire; not checked, see {@link IdRules}. */
    public static OfferId fromProto(OfferID proto) {
        return new OfferId(proto.getValue());
    }

    public OfferID toProto() {
        return OfferID.newBuilder().setValue(value).build();
    }

    @Override
    public int compareTo(OfferId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

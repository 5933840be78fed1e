package io.baton.core.id;

import com.google.protobuf.ByteString;
import io.baton.v1.UUID;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names operations as Mesos does, by uuids: masters and agents know them by the keys that masters give them. */
public final class OperationUuids {
    private static final int BYTES = 2 * Long.BYTES;

    private OperationUuids() {}

    /** Sixteen bytes, the same for the same key wherever they are made. */
    public static UUID of(String key) {
        var uuid = java.util.UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
        var bytes = ByteBuffer.allocate(BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits());
        return UUID.newBuilder().setValue(ByteString.copyFrom(bytes.array())).build();
    }
}

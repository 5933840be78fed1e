package io.baton.resourcemanager.registry;

import com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Between the two protobuf libraries: ours, and the one inside Ratis. */
final class RaftBytes {
    private RaftBytes() {}

    /** Not copied: the array must not change. */
    static org.apache.ratis.thirdparty.com.google.protobuf.ByteString toRaft(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static ByteString fromRaft(org.apache.ratis.thirdparty.com.google.protobuf.ByteString bytes) {
        return ByteString.copyFrom(bytes.asReadOnlyByteBuffer());
    }
}

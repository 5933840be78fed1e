package io.baton.resourcemanager.operation;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.baton.protocol.codec.MessageParts;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A saved registry as a file: a line that says what it is, a line with its digest, then the snapshot. */
final class SnapshotFile {
    private static final String MAGIC = "baton registry snapshot\n";
    private static final int DIGEST = 64;

    /** A snapshot may have one message or element of a list for so many bytes of the heap: some take 128 bytes each. */
    private static final int HEAP_FOR_PART = 256;

    private SnapshotFile() {}

    static ByteString write(byte[] snapshot) {
        return ByteString.copyFrom(MAGIC + digest(ByteBuffer.wrap(snapshot)) + "\n", StandardCharsets.US_ASCII)
                .concat(UnsafeByteOperations.unsafeWrap(snapshot));
    }

    /**
     * The snapshot: a part of the file's bytes, not a copy of them.
     *
     * @throws IllegalArgumentException if it is no such file, or a damaged one
     */
    static ByteString read(ByteString file) {
        int head = MAGIC.length() + DIGEST + 1;
        if (file.size() < head
                || !file.substring(0, MAGIC.length()).toStringUtf8().equals(MAGIC)) {
            throw new IllegalArgumentException(
                    "this is no file of 'baton operator snapshot save', or only the beginning of one");
        }
        var snapshot = file.substring(head);
        var digest = file.substring(MAGIC.length(), MAGIC.length() + DIGEST).toStringUtf8();
        if (!digest.equals(digest(snapshot.asReadOnlyByteBuffer()))) {
            throw new IllegalArgumentException(
                    "the snapshot is damaged: its digest is not the one that it was saved with; use another copy");
        }
        return snapshot;
    }

    /**
     * Why a snapshot cannot be one of a registry that this master could keep, if so: of very many very small things, which
     * would take many times their bytes once they are read.
     *
     * @param heap of this master, in bytes
     */
    static Optional<String> problemOf(ByteString snapshot, long heap) {
        long most = heap / HEAP_FOR_PART;
        return MessageParts.count(snapshot, Snapshot.getDescriptor(), most) > most
                ? Optional.of(
                        "the snapshot has more than " + most + " entries and parts of entries, the limit of a master"
                                + " with a heap of " + heap + " bytes; give the masters a larger one")
                : Optional.empty();
    }

    private static String digest(ByteBuffer bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}

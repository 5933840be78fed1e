package io.baton.resourcemanager.operation;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A saved registry as a file: a line that says what it is, a line with its digest, then the snapshot. */
final class SnapshotFile {
    private static final String MAGIC = "baton registry snapshot\n";
    private static final int DIGEST = 64;

    private SnapshotFile() {}

    static ByteString write(byte[] snapshot) {
        return ByteString.copyFrom(MAGIC + digest(snapshot) + "\n", StandardCharsets.US_ASCII)
                .concat(ByteString.copyFrom(snapshot));
    }

    /** @throws IllegalArgumentException if it is no such file, or a damaged one */
    static byte[] read(ByteString file) {
        int head = MAGIC.length() + DIGEST + 1;
        if (file.size() < head
                || !file.substring(0, MAGIC.length()).toStringUtf8().equals(MAGIC)) {
            throw new IllegalArgumentException(
                    "this is no file of 'baton operator snapshot save', or only the beginning of one");
        }
        var snapshot = file.substring(head).toByteArray();
        var digest = file.substring(MAGIC.length(), MAGIC.length() + DIGEST).toStringUtf8();
        if (!digest.equals(digest(snapshot))) {
            throw new IllegalArgumentException(
                    "the snapshot is damaged: its digest is not the one that it was saved with; use another copy");
        }
        return snapshot;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}

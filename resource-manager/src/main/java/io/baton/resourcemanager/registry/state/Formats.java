package io.baton.resourcemanager.registry.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Entry;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.io.IOException;
import java.util.List;

/** Entries and snapshots as bytes, and which of them this version understands. */
public final class Formats {
    /** The newest format that this version reads. */
    public static final int NEWEST = 1;

    private Formats() {}

    /** One log entry. */
    public static byte[] entry(List<Command> commands) {
        return bytes(
                Entry.newBuilder().setFormat(NEWEST).addAllCommands(commands).build());
    }

    /**
     * The commands of a log entry.
     *
     * @throws NewerFormatException if a newer version wrote it
     * @throws IllegalArgumentException if it is no entry at all
     */
    public static List<Command> commands(ByteString entry, long index) {
        try {
            var read = Entry.parseFrom(entry);
            if (read.getFormat() > NEWEST) {
                throw new NewerFormatException("log entry " + index + " (format " + read.getFormat() + ")");
            }
            for (var command : read.getCommandsList()) {
                if (command.getCommandCase() == Command.CommandCase.COMMAND_NOT_SET) {
                    throw new NewerFormatException("log entry " + index + " (with an unknown command)");
                }
            }
            return read.getCommandsList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("log entry " + index + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * A saved state.
     *
     * @throws NewerFormatException if a newer version wrote it
     * @throws IllegalArgumentException if it is no snapshot at all
     */
    public static Snapshot snapshot(ByteString bytes) {
        try {
            var snapshot = Snapshot.parseFrom(bytes);
            if (snapshot.getFormat() > NEWEST) {
                throw new NewerFormatException("the snapshot (format " + snapshot.getFormat() + ")");
            }
            return snapshot;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the snapshot cannot be read: " + e.getMessage(), e);
        }
    }

    /** The same message gives the same bytes, whatever the order of its maps. */
    public static byte[] bytes(MessageLite message) {
        var bytes = new byte[message.getSerializedSize()];
        var out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
        } catch (IOException impossible) {
            throw new IllegalStateException("a message of " + bytes.length + " bytes does not fit", impossible);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }
}

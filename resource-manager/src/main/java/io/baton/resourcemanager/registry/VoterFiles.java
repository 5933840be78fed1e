package io.baton.resourcemanager.registry;

import io.baton.core.config.FreePorts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * A voter's directory: who it is ({@code voter}), in which group ({@code group}), and its log ({@code log/}).
 *
 * <p>The first two are written once, as a whole, and are lines of words.
 */
public final class VoterFiles {
    private static final String VOTER = "voter";
    private static final String GROUP = "group";
    private static final String PORT = "port";

    private final Path directory;

    /** Opens or makes the directory. */
    public VoterFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /**
     * The id this directory votes under; made up if it is new.
     *
     * @throws IOException naming the file if it cannot be read or belongs to a master of another name
     */
    public Voter voter(String master, String address) throws IOException {
        var file = directory.resolve(VOTER);
        if (!Files.exists(file)) {
            var fresh = Voter.fresh(master, address);
            write(file, fresh.id() + "\n");
            return fresh;
        }
        var known = new Voter(Files.readString(file).strip(), address);
        if (!known.master().equals(master)) {
            throw new IOException("'" + file + "' belongs to master '" + known.master() + "', and this one is '"
                    + master + "': give it its old name, or another work directory");
        }
        return known;
    }

    /** The master this directory belongs to; empty if it is new. */
    public Optional<String> master() throws IOException {
        var file = directory.resolve(VOTER);
        return Files.exists(file)
                ? Optional.of(new Voter(Files.readString(file).strip(), "").master())
                : Optional.empty();
    }

    /**
     * A free port, the same one for ever after: the other voters remember it. No connection is given it while this master
     * is down.
     */
    public int port() throws IOException {
        var file = directory.resolve(PORT);
        if (!Files.exists(file)) {
            write(file, FreePorts.some(1).get(0) + "\n");
        }
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (NumberFormatException e) {
            throw new IOException("'" + file + "' holds no port number: remove it", e);
        }
    }

    /** Empty while the voter belongs to none. */
    public Optional<VoterGroup> group() throws IOException {
        var file = directory.resolve(GROUP);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file);
        var voters = new ArrayList<Voter>();
        try {
            for (var line : lines.subList(1, lines.size())) {
                var words = line.split(" ");
                voters.add(new Voter(words[0], words[1]));
            }
            return Optional.of(new VoterGroup(UUID.fromString(lines.get(0)), voters));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(
                    "'" + file + "' is damaged: move the directory away, and this master joins the others anew", e);
        }
    }

    /**
     * Whether this voter is the only one of its group, as its log last said: no other has to be waited for. The group that
     * it once joined does not tell, since it may have grown.
     */
    boolean isAlone(Voter self) throws IOException {
        var joined = group();
        if (joined.isEmpty()) {
            return false;
        }
        var said = log().resolve(joined.get().id().toString()).resolve("current/raft-meta.conf");
        var ids = Files.exists(said)
                ? peers(said)
                : joined.get().voters().stream().map(Voter::id).toList();
        return ids.equals(List.of(self.id()));
    }

    private static List<String> peers(Path file) throws IOException {
        try {
            return LogEntryProto.parseFrom(Files.readAllBytes(file)).getConfigurationEntry().getPeersList().stream()
                    .map(peer -> peer.getId().toStringUtf8())
                    .toList();
        } catch (InvalidProtocolBufferException damaged) {
            return List.of(); // The log's own start says what to do about it.
        }
    }

    /** Belongs to this group from now on. */
    public void join(VoterGroup group) throws IOException {
        var text = new StringBuilder(group.id().toString()).append('\n');
        group.voters()
                .forEach(
                        v -> text.append(v.id()).append(' ').append(v.address()).append('\n'));
        write(directory.resolve(GROUP), text.toString());
    }

    /** Where the log and its snapshots are. */
    public Path log() {
        return directory.resolve("log");
    }

    /** All of it. */
    public Path directory() {
        return directory;
    }

    private static void write(Path file, String text) throws IOException {
        write(file, List.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes a file that is there as a whole or not at all, also after a power-off. */
    static void write(Path file, List<byte[]> content) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + ".draft");
        try (var out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var piece : content) {
                var bytes = ByteBuffer.wrap(piece);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (var parent = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }
}

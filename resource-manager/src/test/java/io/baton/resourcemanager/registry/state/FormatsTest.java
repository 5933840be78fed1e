package io.baton.resourcemanager.registry.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Entry;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Bytes that are on disks must be read for ever. */
class FormatsTest {
    /** One of each kind but for restoring, which {@code RegistryStateTest} has. */
    private static final List<String> COMMANDS = List.of(
            "found c",
            "join a",
            "#r1 weight eng 2.5",
            "quota eng 10",
            "acquire a 2 s1,s2",
            "allocator a 2",
            "admit x",
            "admit y",
            "admit z",
            "unreachable x 7",
            "gone y",
            "drain z",
            "drained z",
            "deactivate x",
            "reactivate x",
            "subscribe f",
            "subscribe g",
            "disconnect f 16",
            "remove g",
            "schedule h1 h2",
            "start h1",
            "put n k v",
            "put n k w 22",
            "put n l v",
            "delete n l",
            "join b",
            "down 26",
            "join d",
            "leave d 28",
            "start h2",
            "stop h2");

    private static String golden(String name) throws IOException {
        try (var file = FormatsTest.class.getResourceAsStream("/registry/" + name + ".hex")) {
            return new String(file.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).strip();
        }
    }

    private static String entries() {
        return COMMANDS.stream()
                .map(text -> HexFormat.of().formatHex(Formats.entry(List.of(Say.command(text, 1_000)))))
                .collect(Collectors.joining("\n"));
    }

    private static RegistryState after(List<Command> commands) {
        var state = new RegistryState();
        long index = 0;
        for (var command : commands) {
            var applied = state.apply(command, ++index);
            assertThat(applied.isTaken()).as(applied.toString()).isTrue();
        }
        return state;
    }

    @Test
    void entriesKeepTheirBytes() throws IOException {
        assertThat(entries()).isEqualTo(golden("entries-1"));
    }

    @Test
    void snapshotsKeepTheirBytes() throws IOException {
        var state =
                after(COMMANDS.stream().map(text -> Say.command(text, 1_000)).toList());

        assertThat(HexFormat.of().formatHex(Formats.bytes(state.save()))).isEqualTo(golden("snapshot-1"));
    }

    @Test
    void oldEntriesGiveTheOldState() throws IOException {
        var commands = golden("entries-1")
                .lines()
                .flatMap(line ->
                        Formats.commands(ByteString.copyFrom(HexFormat.of().parseHex(line)), 1).stream())
                .toList();
        var snapshot = Formats.snapshot(ByteString.copyFrom(HexFormat.of().parseHex(golden("snapshot-1"))));

        assertThat(after(commands).save()).isEqualTo(snapshot);
    }

    @Test
    void everyCommandHasGoldenBytes() {
        var missing = new TreeSet<>(List.of(Command.CommandCase.values()));
        COMMANDS.forEach(text -> missing.remove(Say.command(text, 1).getCommandCase()));

        assertThat(missing).containsExactly(Command.CommandCase.RESTORE_PART, Command.CommandCase.COMMAND_NOT_SET);
    }

    @Test
    void whatANewerVersionWroteIsNotSkipped() {
        var newer = Entry.newBuilder().setFormat(2).build().toByteString();
        var unknown = Entry.newBuilder()
                .setFormat(1)
                .addCommands(Command.newBuilder()
                        .setAt(1)
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(
                                        999,
                                        UnknownFieldSet.Field.newBuilder()
                                                .addVarint(1)
                                                .build())
                                .build()))
                .build()
                .toByteString();
        var snapshot =
                Snapshot.newBuilder().setFormat(2).setIndex(1).setEpoch(1).build();

        assertThatThrownBy(() -> Formats.commands(newer, 7))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("log entry 7 (format 2) was written by a newer version");
        assertThatThrownBy(() -> Formats.commands(unknown, 8))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("log entry 8 (with an unknown command) was written by a newer version");
        assertThatThrownBy(() -> Formats.snapshot(snapshot.toByteString())).isInstanceOf(NewerFormatException.class);
    }

    @Test
    void whatIsNoEntryIsNamed() {
        assertThatThrownBy(() -> Formats.commands(ByteString.copyFromUtf8("nonsense"), 7))
                .hasMessageContaining("log entry 7 cannot be read");
    }
}

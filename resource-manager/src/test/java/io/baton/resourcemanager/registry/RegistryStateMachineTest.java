package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Entry;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.state.Formats;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;
import org.apache.ratis.statemachine.TransactionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryStateMachineTest {
    @TempDir
    private Path directory;

    private final RegistryStateMachine machine = new RegistryStateMachine(new ReplicaEvents() {
        @Override
        public void broken(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void leaderless() {}

        @Override
        public void led(String voterId) {}
    });

    private final class Storage implements RaftStorage, RaftStorageDirectory {
        @Override
        public void initialize() {}

        @Override
        public RaftStorageDirectory getStorageDir() {
            return this;
        }

        @Override
        public RaftStorageMetadataFile getMetadataFile() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CorruptionPolicy getLogCorruptionPolicy() {
            return CorruptionPolicy.getDefault();
        }

        @Override
        public File getRoot() {
            return directory.toFile();
        }

        @Override
        public boolean isHealthy() {
            return true;
        }

        @Override
        public void close() {}
    }

    private void apply(long index, Command.Builder command) {
        var entry = Entry.newBuilder().setFormat(Formats.NEWEST).addCommands(command.setAt(1));
        var data = RaftBytes.toRaft(
                ByteString.copyFrom(Formats.bytes(entry.build())).toByteArray());
        machine.applyTransaction(TransactionContext.newBuilder()
                .setServerRole(RaftPeerRole.FOLLOWER)
                .setStateMachine(machine)
                .setLogEntry(LogEntryProto.newBuilder()
                        .setTerm(1)
                        .setIndex(index)
                        .setStateMachineLogEntry(
                                StateMachineLogEntryProto.newBuilder().setLogData(data))
                        .build())
                .build());
    }

    @Test
    void aSnapshotThatFailsIsStillDue() throws IOException {
        var storage = new Storage();
        Files.createDirectories(storage.getStateMachineDir().toPath());
        machine.getStateMachineStorage().init(storage);
        apply(1, Command.newBuilder().setFoundCluster(FoundCluster.newBuilder().setClusterId("c")));
        long bytes = machine.logBytes();
        assertThat(bytes).isPositive();
        Files.delete(storage.getStateMachineDir().toPath());

        assertThatThrownBy(machine::takeSnapshot).isInstanceOf(IOException.class);

        assertThat(machine.logBytes()).isEqualTo(bytes);
        Files.createDirectories(storage.getStateMachineDir().toPath());
        assertThat(machine.takeSnapshot()).isEqualTo(1);
        assertThat(machine.logBytes()).isZero();

        apply(2, Masters.value("k", "v"));
        assertThat(machine.logBytes()).isPositive();
        machine.reinitialize();
        assertThat(machine.logBytes()).as("what another one's snapshot holds").isZero();
    }
}

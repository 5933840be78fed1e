package io.baton.resourcemanager.registry;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.EntryResult;
import io.baton.resourcemanager.registry.state.Applied;
import io.baton.resourcemanager.registry.state.Formats;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;

/** The shell of one {@link RegistryState}: brings it the log's entries, saves and loads it. */
final class RegistryStateMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final RegistryState state = new RegistryState();
    private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting = new ConcurrentSkipListMap<>();
    private final ReplicaEvents events;
    private final AtomicLong logBytes = new AtomicLong();

    /** All that the voter of this replica has on disk, see {@link VoterFiles}. */
    private volatile Path directory = Path.of("");

    RegistryStateMachine(ReplicaEvents events) {
        this.events = events;
    }

    /** Looks at the state while nothing changes it. */
    <T> T read(Function<RegistryState, T> question) {
        lock.readLock().lock();
        try {
            return question.apply(state);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Looks at the state, and hears of each change from there on. */
    <T> T follow(Function<RegistryState, T> question, RegistryListener listener) {
        lock.writeLock().lock();
        try {
            var answer = question.apply(state);
            listeners.add(listener);
            return answer;
        } finally {
            lock.writeLock().unlock();
        }
    }

    void leave(RegistryListener listener) {
        listeners.remove(listener);
    }

    /** Completes when the entry with this index has been applied here. */
    CompletableFuture<Void> applied(long index) {
        var future = waiting.computeIfAbsent(index, i -> new CompletableFuture<>());
        wake(getLastAppliedTermIndex());
        return future;
    }

    private void wake(TermIndex now) {
        var done = waiting.headMap(now.getIndex(), true);
        for (var first = done.pollFirstEntry(); first != null; first = done.pollFirstEntry()) {
            first.getValue().complete(null);
        }
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        super.initialize(server, group, raftStorage);
        storage.init(raftStorage);
        var log =
                raftStorage.getStorageDir().getRoot().toPath().toAbsolutePath().getParent();
        directory = log.getParent();
        getLifeCycle().transition(LifeCycle.State.STARTING);
        load();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        load();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return storage;
    }

    private void load() throws IOException {
        var latest = storage.loadLatestSnapshot();
        if (latest == null) {
            return;
        }
        var file = latest.getFile().getPath();
        lock.writeLock().lock();
        try {
            if (latest.getFile().getFileDigest() != null) {
                MD5FileUtil.verifySavedMD5(file.toFile(), latest.getFile().getFileDigest());
            }
            state.load(Formats.snapshot(ByteString.copyFrom(Files.readAllBytes(file))));
            setLastAppliedTermIndex(latest.getTermIndex());
            logBytes.set(0);
            listeners.forEach(RegistryListener::replaced);
        } catch (IOException | RuntimeException e) {
            var why = "the registry's snapshot '" + file + "' cannot be used (" + e.getMessage()
                    + "): move this master's registry directory away, and it joins the others anew";
            events.broken(why);
            throw new IOException(why, e);
        } finally {
            lock.writeLock().unlock();
        }
        wake(getLastAppliedTermIndex());
    }

    /** Bytes of the entries that were applied since the last snapshot. */
    long logBytes() {
        return logBytes.get();
    }

    @Override
    public long takeSnapshot() throws IOException {
        long counted = logBytes.get();
        var applied = getLastAppliedTermIndex();
        if (applied.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        var bytes = save();
        var file =
                storage.getSnapshotFile(applied.getTerm(), applied.getIndex()).toPath();
        VoterFiles.write(file, List.of(bytes));
        var digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, digest), applied));
        logBytes.addAndGet(-counted);
        return applied.getIndex();
    }

    /** The state as bytes. */
    byte[] save() {
        return Formats.bytes(read(RegistryState::save));
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        var result = EntryResult.newBuilder().setIndex(entry.getIndex());
        lock.writeLock().lock();
        try {
            for (var applied : apply(entry)) {
                result.addResults(applied.result());
                listeners.forEach(listener -> listener.applied(applied));
            }
            updateLastAppliedTermIndex(TermIndex.valueOf(entry));
            logBytes.addAndGet(entry.getStateMachineLogEntry().getLogData().size());
        } catch (RuntimeException e) {
            events.broken("the registry's " + e.getMessage());
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
        wake(getLastAppliedTermIndex());
        return CompletableFuture.completedFuture(
                Message.valueOf(RaftBytes.toRaft(result.build().toByteArray())));
    }

    private List<Applied> apply(LogEntryProto entry) {
        var commands = Formats.commands(
                RaftBytes.fromRaft(entry.getStateMachineLogEntry().getLogData()), entry.getIndex());
        var applied = new ArrayList<Applied>(commands.size());
        for (var command : commands) {
            applied.add(state.apply(command, entry.getIndex()));
        }
        return applied;
    }

    /** Answers a linearizable read: all that was acknowledged before it began is applied here. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        super.notifyTermIndexUpdated(term, index);
        wake(getLastAppliedTermIndex());
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto failedEntry) {
        events.broken("the registry's log cannot be written (" + cause.getMessage()
                + "): look at the disk of this master's work directory");
    }

    @Override
    public void notifyExtendedNoLeader(RoleInfoProto role) {
        events.leaderless();
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        if (leader != null && !leader.toString().isEmpty()) {
            events.led(leader.toString());
        }
    }

    /**
     * @param allServers false if this replica has stood for election and was told that it is no voter, or knows so itself: it
     *     was removed, and its files still name it or are of a time when they did
     */
    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean allServers) {
        events.broken(
                allServers
                        ? "the registry's replica has stopped: see the log above, and start this master again"
                        : "this master was removed from the registry's voters: leave it off, or let it in with 'baton"
                                + " operator add " + new Voter(getId().toString(), "").master()
                                + "' and start it with the directory '" + directory + "' moved away");
    }
}

package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A registry without a network: the real reducer, and a log that several masters in one test share. */
public final class MemoryRegistrar implements Registrar {
    /** What the masters of a test agree on. */
    public static final class Log {
        private final RegistryState state = new RegistryState();
        private final List<RegistryListener> listeners = new ArrayList<>();
        private long index;

        synchronized Answer.Committed append(Command command) {
            index++;
            var applied = state.apply(command, index);
            listeners.forEach(listener -> listener.applied(applied));
            return new Answer.Committed(index, applied.result());
        }

        /** Of the last entry. */
        public synchronized long index() {
            return index;
        }
    }

    private final Log log;
    private final String master;
    private final long incarnation;
    private final Queue<Runnable> held = new ArrayDeque<>();
    private final List<Command> proposed = new ArrayList<>();
    private volatile boolean fresh = true;
    private boolean available = true;
    private boolean holding;
    private final Queue<Runnable> heldReads = new ArrayDeque<>();
    private boolean holdingReads;
    private int newestReads;
    private Command.CommandCase failing;
    private Command.CommandCase losing;
    private Command.CommandCase doubtful;
    private long now = 1;

    /** A master that has joined. */
    public MemoryRegistrar(Log log, String master) {
        this.log = log;
        this.master = master;
        log.append(Command.newBuilder()
                .setAt(now)
                .setFoundCluster(FoundCluster.newBuilder().setClusterId("c"))
                .build());
        var joined = log.append(Command.newBuilder()
                .setAt(now)
                .setJoinMaster(JoinMaster.newBuilder()
                        .setName(master)
                        .setVoterId(master + "-1")
                        .setAddresses(MasterAddresses.getDefaultInstance()))
                .build());
        this.incarnation = joined.result().getGranted().getEpoch();
    }

    /** A master alone. */
    public static MemoryRegistrar alone() {
        return new MemoryRegistrar(new Log(), "m");
    }

    /** Commands get this time from now on, milliseconds since 1970. */
    public void at(long millis) {
        now = millis;
    }

    /** Whether a majority answers. */
    public void available(boolean answers) {
        available = answers;
        fresh = answers;
    }

    /** Commands of this kind are not done, others are; null for none. */
    public void failing(Command.CommandCase kind) {
        failing = kind;
    }

    /** The next command of this kind is done, but nobody hears of it. */
    public void losing(Command.CommandCase kind) {
        losing = kind;
    }

    /** Commands of this kind are not done yet, and nobody can say so: they may be by {@link #commit}; null for none. */
    public void doubtful(Command.CommandCase kind) {
        doubtful = kind;
    }

    /** Proposals wait until {@link #release}. */
    public void hold() {
        holding = true;
    }

    /** The proposal that has waited longest is done; the others, and those to come, wait on. */
    public void releaseNext() {
        Runnable next;
        synchronized (this) {
            next = held.remove();
        }
        next.run();
    }

    public void release() {
        holding = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    /** What this master has proposed. */
    public synchronized List<Command> proposed() {
        return List.copyOf(proposed);
    }

    @Override
    public synchronized CompletionStage<Answer> propose(Command.Builder command) {
        var entry = (command.hasAt() ? command : command.clone().setAt(now)).build();
        proposed.add(entry);
        if (!available || entry.getCommandCase() == failing) {
            return CompletableFuture.completedFuture(new Answer.Unavailable("no majority", Duration.ofSeconds(1)));
        }
        if (entry.getCommandCase() == losing) {
            losing = null;
            log.append(entry);
            return CompletableFuture.completedFuture(new Answer.Unknown("the leader is gone"));
        }
        if (entry.getCommandCase() == doubtful) {
            return CompletableFuture.completedFuture(new Answer.Unknown("the leader does not answer"));
        }
        var answer = new CompletableFuture<Answer>();
        if (holding) {
            held.add(() -> answer.complete(log.append(entry)));
        } else {
            answer.complete(log.append(entry));
        }
        return answer;
    }

    /** As if some master had proposed it. */
    public Result commit(Command.Builder command) {
        return log.append(command.setAt(now).build()).result();
    }

    /** Rounds to the leader wait, each until {@link #releaseRead}. */
    public synchronized void holdReads() {
        holdingReads = true;
    }

    /** The one that has waited longest is answered. */
    public void releaseRead() {
        Runnable next;
        synchronized (this) {
            next = heldReads.remove();
        }
        next.run();
    }

    /** How many rounds to the leader were begun. */
    public synchronized int newestReads() {
        return newestReads;
    }

    @Override
    public synchronized <T> CompletionStage<T> readNewest(Function<RegistryState, T> question) {
        newestReads++;
        if (!available) {
            return CompletableFuture.failedFuture(new IllegalStateException("no majority"));
        }
        if (!holdingReads) {
            return CompletableFuture.completedFuture(read(question));
        }
        var answer = new CompletableFuture<T>();
        heldReads.add(() -> answer.complete(read(question)));
        return answer;
    }

    @Override
    public <T> T read(Function<RegistryState, T> question) {
        synchronized (log) {
            return question.apply(log.state);
        }
    }

    @Override
    public <T> T follow(Function<RegistryState, T> question, RegistryListener listener) {
        synchronized (log) {
            log.listeners.add(listener);
            return question.apply(log.state);
        }
    }

    @Override
    public String clusterId() {
        return "c";
    }

    @Override
    public String master() {
        return master;
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public boolean isFresh() {
        return fresh;
    }
}

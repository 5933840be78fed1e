package io.baton.resourcemanager.role;

import io.baton.core.protocol.RoleSettings;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The registry's own reducer without a log or a network. */
public final class MemoryRoles implements RoleRecords {
    private final RegistryState state = new RegistryState();
    private final List<Runnable> followers = new ArrayList<>();
    private Runnable before = () -> {};
    private boolean available = true;
    private long index;

    public MemoryRoles() {
        commit(Command.newBuilder().setFoundCluster(FoundCluster.newBuilder().setClusterId("c")));
    }

    /** Done once, before the next proposal is taken: as if another master were quicker. */
    synchronized void first(Runnable other) {
        before = other;
    }

    synchronized void available(boolean majority) {
        available = majority;
    }

    synchronized Answer commit(Command.Builder command) {
        var applied = state.apply(command.setAt(1).build(), ++index);
        if (applied.isTaken()) {
            followers.forEach(Runnable::run);
        }
        return new Answer.Committed(index, applied.result());
    }

    @Override
    public synchronized RoleSettings current() {
        return RegistryRoles.settings(state);
    }

    @Override
    public synchronized void follow(Runnable changed) {
        followers.add(changed);
    }

    @Override
    public synchronized CompletionStage<Answer> propose(Command.Builder command) {
        var other = before;
        before = () -> {};
        other.run();
        return CompletableFuture.completedFuture(
                available ? commit(command) : new Answer.Unavailable("no majority", Duration.ofSeconds(1)));
    }
}

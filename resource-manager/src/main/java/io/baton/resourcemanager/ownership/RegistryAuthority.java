package io.baton.resourcemanager.ownership;

import io.baton.core.id.AgentId;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AcquireAllocator;
import io.baton.resourcemanager.registry.record.AcquireShards;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Granted;
import io.baton.resourcemanager.registry.record.OwnerEntry;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Epochs from the registry, one for each shard of agents: all agents of a shard are in one master's hands at a time, as
 * sharding places them. What is claimed while a claim is under way goes into the next log entry together.
 *
 * @see <a href="file:docs/adr/0012-epochs-from-the-registry.md">ADR 12: epochs come from the registry</a>
 */
public final class RegistryAuthority implements Authority {
    private final CompletionStage<? extends Registrar> starting;
    private final Function<AgentId, String> shards;
    private final MasterMetrics metrics;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Long> held = new HashMap<>();
    private final Map<String, CompletableFuture<Grant>> waiting = new LinkedHashMap<>();
    private Map<String, CompletableFuture<Grant>> claiming = Map.of();
    private boolean underway;
    private volatile Registrar registrar;

    /**
     * @param starting this master's registry; claims wait for it
     * @param shards the shard of each agent, by the name it has in the registry
     */
    public RegistryAuthority(
            CompletionStage<? extends Registrar> starting, Function<AgentId, String> shards, MasterMetrics metrics) {
        this.starting = starting;
        this.shards = shards;
        this.metrics = metrics;
        starting.thenAccept(started -> registrar = started);
    }

    @Override
    public CompletionStage<Grant> acquire(AgentId agent) {
        var shard = shards.apply(agent);
        CompletableFuture<Grant> wanted;
        synchronized (this) {
            var epoch = held.get(shard);
            if (epoch != null && owns(shard, epoch)) {
                return CompletableFuture.completedFuture(grant(epoch));
            }
            wanted = claiming.get(shard);
            if (wanted != null) {
                return wanted; // A claim of its own would replace the epoch that its neighbour is about to get.
            }
            wanted = waiting.computeIfAbsent(shard, s -> new CompletableFuture<>());
            if (underway) {
                return wanted;
            }
            underway = true;
        }
        starting.whenComplete((started, failure) -> {
            if (failure == null) {
                claim(started);
            } else {
                refuse(takeWaiting(false), "the registry did not start: " + failure.getMessage());
            }
        });
        return wanted;
    }

    /** All that waits, until nothing does. */
    private void claim(Registrar log) {
        var batch = takeWaiting(true);
        if (batch.isEmpty()) {
            return;
        }
        var claim = AcquireShards.newBuilder()
                .setMaster(log.master())
                .setIncarnation(log.incarnation())
                .addAllShards(batch.keySet());
        log.propose(Command.newBuilder().setAcquireShards(claim)).thenAccept(answer -> {
            var granted = granted(answer);
            if (granted.isPresent()) {
                metrics.claimed("granted", batch.size());
                take(batch, granted.get(), log.clusterId());
            } else {
                metrics.claimed("refused", batch.size());
                refuse(batch, why(answer));
            }
            claim(log);
        });
    }

    private synchronized Map<String, CompletableFuture<Grant>> takeWaiting(boolean goesOn) {
        var batch = new LinkedHashMap<>(waiting);
        waiting.clear();
        claiming = goesOn ? batch : Map.of();
        underway = goesOn && !batch.isEmpty();
        return batch;
    }

    private void take(Map<String, CompletableFuture<Grant>> batch, Granted granted, String cluster) {
        synchronized (this) {
            batch.keySet().forEach(shard -> held.put(shard, granted.getEpoch()));
        }
        var grant = new Grant(granted.getEpoch(), granted.getAllocatorEpoch(), cluster);
        batch.values().forEach(claim -> claim.complete(grant));
    }

    private static void refuse(Map<String, CompletableFuture<Grant>> batch, String why) {
        batch.values().forEach(claim -> claim.completeExceptionally(new NotGrantedException(why)));
    }

    private static Optional<Granted> granted(Answer answer) {
        return answer instanceof Answer.Committed committed
                        && committed.result().hasGranted()
                ? Optional.of(committed.result().getGranted())
                : Optional.empty();
    }

    private static String why(Answer answer) {
        if (answer instanceof Answer.Committed committed) {
            return committed.result().getRefused().getMessage();
        }
        return answer instanceof Answer.Unavailable unavailable
                ? unavailable.why()
                : "the registry has not answered: " + ((Answer.Unknown) answer).why();
    }

    private Grant grant(long epoch) {
        long allocator = registrar.read(
                state -> state.allocator().map(OwnerEntry::getEpoch).orElse(0L));
        return new Grant(epoch, allocator, registrar.clusterId());
    }

    @Override
    public boolean holds(AgentId agent, long epoch) {
        return owns(shards.apply(agent), epoch);
    }

    @Override
    public CompletionStage<Boolean> holdsNow(AgentId agent, long epoch) {
        return starting.thenCompose(
                log -> log.readNewest(state -> isOwn(ofShard(state, shards.apply(agent)), epoch, log)));
    }

    private static Optional<OwnerEntry> ofShard(RegistryState state, String shard) {
        return Optional.ofNullable(state.shards().get(shard));
    }

    private boolean owns(String shard, long epoch) {
        return isOwner(state -> ofShard(state, shard), epoch);
    }

    private boolean isOwner(Function<RegistryState, Optional<OwnerEntry>> entry, long epoch) {
        var log = registrar;
        return log != null && log.isFresh() && log.read(state -> isOwn(entry.apply(state), epoch, log));
    }

    private static boolean isOwn(Optional<OwnerEntry> entry, long epoch, Registrar log) {
        return entry.filter(owner -> owner.getEpoch() == epoch
                        && owner.getIncarnation() == log.incarnation()
                        && owner.getMaster().equals(log.master()))
                .isPresent();
    }

    @Override
    public synchronized void lost(AgentId agent, long epoch, long newer) {
        // Another entity of the shard may have claimed it anew: that epoch is still good.
        held.computeIfPresent(
                shards.apply(agent), (shard, present) -> present == epoch || present <= newer ? null : present);
    }

    @Override
    public CompletionStage<Long> acquireAllocator() {
        return starting.thenCompose(log -> log.propose(Command.newBuilder()
                        .setAcquireAllocator(AcquireAllocator.newBuilder()
                                .setMaster(log.master())
                                .setIncarnation(log.incarnation()))))
                .thenApply(answer -> {
                    var granted = granted(answer);
                    metrics.claimed(granted.isPresent() ? "granted" : "refused", 1);
                    return granted.orElseThrow(() -> new NotGrantedException(why(answer)))
                            .getEpoch();
                });
    }

    @Override
    public boolean holdsAllocator(long epoch) {
        return isOwner(RegistryState::allocator, epoch);
    }

    @Override
    public boolean allocatorReplaced(long epoch) {
        var log = registrar;
        return log != null
                && log.read(state -> state.allocator()
                        .filter(owner -> owner.getEpoch() > epoch)
                        .isPresent());
    }

    /** The epoch of the agent's newest owner, wherever it is, as far as this master's copy knows; 0 if it knows of none. */
    public long newest(AgentId agent) {
        var log = registrar;
        return log == null
                ? 0
                : log.read(state -> ofShard(state, shards.apply(agent))
                        .map(OwnerEntry::getEpoch)
                        .orElse(0L));
    }

    @Override
    public Set<AgentId> admitted() {
        var log = registrar;
        return log == null
                ? Set.of()
                : log.read(state -> state.agents().entrySet().stream()
                        .filter(agent -> agent.getValue().getState() == AgentEntry.State.ADMITTED)
                        .filter(agent -> !state.isDown(agent.getValue()))
                        .map(agent -> new AgentId(agent.getKey()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public long nextNumber() {
        return numbers.incrementAndGet();
    }
}

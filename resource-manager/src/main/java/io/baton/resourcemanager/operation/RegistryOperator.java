package io.baton.resourcemanager.operation;

import com.google.protobuf.ByteString;
import io.baton.core.operation.OperationAnswer;
import io.baton.core.operation.RegistryOperations;
import io.baton.core.security.Tls;
import io.baton.resourcemanager.registry.Admissions;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registry;
import io.baton.resourcemanager.registry.RegistryListener;
import io.baton.resourcemanager.registry.Voter;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.LeaveMaster;
import io.baton.resourcemanager.registry.state.Applied;
import io.baton.resourcemanager.registry.state.Formats;
import io.baton.resourcemanager.registry.state.RegistryState;
import io.baton.v1.operator.Allocator;
import io.baton.v1.operator.Disk;
import io.baton.v1.operator.KnownMaster;
import io.baton.v1.operator.MasterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does to this master's registry what operators ask for. */
public final class RegistryOperator implements RegistryOperations {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryOperator.class);

    /** Most unreachable agents that a status names. */
    static final int NAMED_AGENTS = 10;

    /**
     * What it needs of its process.
     *
     * @param workDirectory empty if the master keeps its files until it stops only
     * @param reached HTTP addresses of the masters that can be reached, this one included
     * @param certificates what this master shows to others, by sections of the settings
     * @param blocking runs what waits
     * @param broken told why this process must end
     */
    public record Setup(
            String version,
            int expectedMasters,
            Optional<Path> workDirectory,
            Supplier<List<String>> reached,
            Map<String, Tls> certificates,
            Clock clock,
            Executor blocking,
            Consumer<String> broken) {}

    private final Registry registry;
    private final Setup setup;

    private RegistryOperator(Registry registry, Setup setup) {
        this.registry = registry;
        this.setup = setup;
    }

    /**
     * For this registry, which it follows from now on. If it was restored since this master joined it, as that of another
     * cluster, the master must end at once: its agents and frameworks would hear of a cluster that is no more.
     */
    public static RegistryOperator of(Registry registry, Setup setup) {
        var operator = new RegistryOperator(registry, setup);
        var follower = operator.new Follower();
        boolean isOurs = registry.replica().follow(follower::begin, follower);
        if (!isOurs) {
            follower.end();
        }
        return operator;
    }

    /** A master whose agents' and frameworks' owners go by what the registry held before a restore must end. */
    private final class Follower implements RegistryListener {
        /** The highest epoch at the beginning: only a restore takes it so much higher. */
        private volatile long began = Long.MAX_VALUE;

        /** @return whether the registry is still that of the cluster which this master has joined */
        boolean begin(RegistryState state) {
            began = state.highestEpoch();
            return isOurs(state);
        }

        private boolean isOurs(RegistryState state) {
            return state.clusterId().equals(Optional.of(registry.clusterId()));
        }

        @Override
        public void applied(Applied applied) {
            var part = applied.command().getRestorePart();
            if (applied.command().hasRestorePart() && applied.isTaken() && part.getPart() + 1 >= part.getParts()) {
                end();
            }
        }

        /** By a snapshot of another master's log, in which a restore may be. */
        @Override
        public void replaced() {
            boolean restored =
                    registry.read(state -> !isOurs(state) || state.highestEpoch() - began >= RegistryState.RESTORE_GAP);
            if (restored) {
                end();
            }
        }

        private void end() {
            var cluster = registry.read(RegistryState::clusterId).orElse("unknown");
            setup.blocking().execute(() -> setup.broken()
                    .accept("the registry was restored, it is that of cluster " + cluster
                            + " now: start this master again"));
        }
    }

    @Override
    public MasterStatus status(Optional<String> problem) {
        var replica = registry.replica();
        var status = MasterStatus.newBuilder()
                .setName(registry.master())
                .setIncarnation(registry.incarnation())
                .setClusterId(registry.clusterId())
                .setVersion(setup.version())
                .setTime(setup.clock().millis())
                .setExpectedMasters(setup.expectedMasters())
                .setVoterId(replica.self().id())
                .setAppliedIndex(Math.max(0, replica.appliedIndex()))
                .addAllReached(setup.reached().get());
        problem.ifPresent(status::setProblem);
        replica.leader().filter(leader -> !leader.isEmpty()).ifPresent(status::setLeader);
        replica.voters().forEach(voter -> status.addVotersBuilder()
                .setId(voter.id())
                .setMaster(voter.master())
                .setAddress(voter.address()));
        setup.certificates().forEach((section, tls) -> {
            var expiry = tls.expiry();
            status.addCertificatesBuilder()
                    .setSection(section)
                    .setPath(expiry.certificate().toString())
                    .setExpires(expiry.at().toEpochMilli());
        });
        setup.workDirectory().flatMap(RegistryOperator::disk).ifPresent(status::setDisk);
        return registry.read(state -> withState(status, state));
    }

    /** Adds what the registry holds. */
    static MasterStatus withState(MasterStatus.Builder status, RegistryState state) {
        state.masters().values().forEach(master -> {
            var known = KnownMaster.newBuilder()
                    .setName(master.getName())
                    .setIncarnation(master.getIncarnation())
                    .setVoterId(master.getVoterId())
                    .setHttp(master.getAddresses().getHttp())
                    .setLink(master.getAddresses().getLink())
                    .setJoinedAt(master.getJoinedAt());
            if (master.hasDownAt()) {
                known.setDownAt(master.getDownAt());
            }
            status.addMasters(known);
        });
        state.allocator()
                .ifPresent(owner -> status.setAllocator(Allocator.newBuilder()
                        .setMaster(owner.getMaster())
                        .setIncarnation(owner.getIncarnation())
                        .setEpoch(owner.getEpoch())));
        var unreachable = state.agents().values().stream()
                .filter(agent -> agent.getState() == AgentEntry.State.UNREACHABLE)
                .sorted(Comparator.comparingLong(AgentEntry::getSince).reversed())
                .toList();
        unreachable.stream().limit(NAMED_AGENTS).forEach(agent -> status.addAgentsLostBuilder()
                .setId(agent.getInfo().getId().getValue())
                .setHostname(agent.getInfo().getHostname())
                .setSince(agent.getSince()));
        return status.setAgentsUnreachable(unreachable.size())
                .setStoreBytes(state.valueBytes())
                .build();
    }

    private static Optional<Disk> disk(Path directory) {
        try {
            var files = Files.getFileStore(directory);
            return Optional.of(Disk.newBuilder()
                    .setPath(directory.toString())
                    .setFreeBytes(files.getUsableSpace())
                    .setTotalBytes(files.getTotalSpace())
                    .build());
        } catch (IOException e) {
            LOG.warn("the free space of '{}' is not known: {}", directory, e.toString());
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<OperationAnswer> add(String master) {
        var problem = Admissions.problem(registry.replica().voters(), registry.read(Admissions::admitted), master);
        if (problem.isPresent()) {
            return refused(problem.get());
        }
        return registry.propose(Admissions.admit(master)).thenApply(answer -> taken(answer)
                .orElseGet(() -> new OperationAnswer.Done("master '" + master
                        + "' is let in: start it, with an empty registry directory if it was a master before; set"
                        + " baton.node.expected-masters to the new number everywhere"
                        + " with the next rolling restart")));
    }

    private static CompletionStage<OperationAnswer> refused(String why) {
        return CompletableFuture.completedFuture(new OperationAnswer.Refused(why));
    }

    /** Empty if it was done. */
    private static Optional<OperationAnswer> taken(Answer answer) {
        if (answer instanceof Answer.Committed committed) {
            return committed.result().hasRefused()
                    ? Optional.of(new OperationAnswer.Refused(
                            committed.result().getRefused().getMessage()))
                    : Optional.empty();
        }
        if (answer instanceof Answer.Unavailable unavailable) {
            return Optional.of(new OperationAnswer.Unavailable(unavailable.why()));
        }
        return Optional.of(new OperationAnswer.Unavailable("it is not known whether it was done: look, and try again"));
    }

    @Override
    public CompletionStage<OperationAnswer> remove(String master) {
        var entry = registry.read(state -> Optional.ofNullable(state.masters().get(master)));
        var voters = registry.replica().voters();
        boolean votes = voters.stream().anyMatch(v -> v.master().equals(master));
        boolean awaited = !votes && registry.read(state -> Admissions.isAdmitted(state, master));
        if (entry.isEmpty() && !votes && !awaited) {
            return refused("there is no master '" + master + "': "
                    + String.join(", ", voters.stream().map(Voter::master).toList()) + " vote");
        }
        if (entry.isPresent()
                && setup.reached().get().contains(entry.get().getAddresses().getHttp())) {
            return refused("master '" + master + "' is up, and would ask to be let in again: stop it first");
        }
        if (votes && voters.size() == 1) {
            return refused("master '" + master + "' is the only voter: its registry would be gone");
        }
        return CompletableFuture.supplyAsync(
                        () -> votes ? removeVoter(master) : Optional.<OperationAnswer>empty(), setup.blocking())
                .thenCompose(failure -> failure.isPresent() || entry.isEmpty()
                        ? CompletableFuture.completedFuture(failure)
                        : registry.propose(Command.newBuilder()
                                        .setLeaveMaster(LeaveMaster.newBuilder()
                                                .setName(master)
                                                .setIncarnation(entry.get().getIncarnation())))
                                .thenApply(RegistryOperator::taken))
                .thenCompose(failure -> failure.isPresent()
                        ? CompletableFuture.completedFuture(failure)
                        : registry.propose(Admissions.withdraw(master)).thenApply(RegistryOperator::withdrawn))
                .thenApply(failure -> failure.orElseGet(() -> new OperationAnswer.Done(
                        "master '" + master + (awaited ? "' is not let in any more" : "' votes no more"))));
    }

    /** Empty if the master is let in no more, also if it was not before. */
    static Optional<OperationAnswer> withdrawn(Answer answer) {
        return answer instanceof Answer.Committed ? Optional.empty() : taken(answer);
    }

    private Optional<OperationAnswer> removeVoter(String master) {
        try {
            registry.replica()
                    .changeVoters(now ->
                            now.stream().filter(v -> !v.master().equals(master)).toList());
            LOG.info("an operator removed master {} from the voters", master);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new OperationAnswer.Unavailable(e.getMessage()));
        }
    }

    @Override
    public CompletionStage<OperationAnswer> save() {
        return registry.replica()
                .readNewest(RegistryState::save)
                .<OperationAnswer>thenApply(
                        state -> new OperationAnswer.Saved(SnapshotFile.write(Formats.bytes(state))))
                .exceptionally(failure -> new OperationAnswer.Unavailable(
                        "no master leads the registry: a majority of the masters must be up"));
    }

    @Override
    public CompletionStage<OperationAnswer> restore(ByteString file, boolean force) {
        ByteString snapshot;
        try {
            snapshot = SnapshotFile.read(file);
            var problem = SnapshotFile.problemOf(snapshot, Runtime.getRuntime().maxMemory());
            if (problem.isPresent()) {
                return refused(problem.get());
            }
            Formats.snapshot(snapshot);
        } catch (RuntimeException e) {
            return refused(String.valueOf(e.getMessage()));
        }
        if (!force && registry.read(RegistryOperator::holdsAnything)) {
            return refused("this cluster has a registry of its own, with agents, frameworks, settings or values, which"
                    + " would be lost: restore into a new cluster, or use --force");
        }
        LOG.warn("an operator restores the registry from a snapshot of {} bytes", snapshot.size());
        return new Restoration(registry, snapshot, setup.blocking()).run().thenApply(answer -> taken(answer)
                .orElseGet(() -> new OperationAnswer.Done(
                        "the registry is restored; all masters end with status 75 and must be started again")));
    }

    private static boolean holdsAnything(RegistryState state) {
        return !state.agents().isEmpty()
                || !state.frameworks().isEmpty()
                || state.valueBytes() > 0
                || state.weightsVersion() > 0
                || state.quotasVersion() > 0
                || state.scheduleVersion() > 0;
    }
}

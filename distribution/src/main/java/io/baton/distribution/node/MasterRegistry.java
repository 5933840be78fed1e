package io.baton.distribution.node;

import io.baton.cli.terminal.CommandFailure;
import io.baton.core.membership.MasterAddress;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.executor.sandbox.Trees;
import io.baton.resourcemanager.membership.OutageActor;
import io.baton.resourcemanager.registry.Registry;
import io.baton.resourcemanager.registry.RegistryConfig;
import io.baton.resourcemanager.registry.Replica;
import io.baton.resourcemanager.registry.VoterFiles;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.UniqueAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master's registry, from its start to its end. */
final class MasterRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(MasterRegistry.class);

    /** Where it is in a master's work directory. */
    private static final String DIRECTORY = "registry";

    private static final Pattern WORD_IN_NAME = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    /** Name of a master that has no port for others. */
    private static final String LONE = "master";

    /** Ends the process. */
    record Broken(String why) implements CoordinatedShutdown.Reason {}

    private final CompletableFuture<MasterAddresses> addresses = new CompletableFuture<>();
    private final Registry.Progress progress = Registry.Progress.none();
    private final CompletionStage<Registry> starting;
    private final UniqueAddress member;
    private final boolean known;

    private MasterRegistry(
            ActorSystem<?> system, RegistryConfig config, NodeConfig node, String listen, Path directory) {
        var host = node.reachableAt(listen);
        member = Cluster.get(system).selfUniqueAddress();
        known = knows(directory);
        int clusterPort = member.address().getPort().map(port -> (int) port).orElse(0);
        starting = Registry.start(
                system,
                new Registry.Setup(
                        config,
                        directory,
                        node.seeds().isEmpty() ? LONE : host + "-" + clusterPort,
                        listen,
                        host,
                        addresses,
                        node.expectedMasters(),
                        progress,
                        why -> end(system, why)));
    }

    private static boolean knows(Path directory) {
        try {
            return Files.exists(directory) && new VoterFiles(directory).group().isPresent();
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /** The message of many a failure of a file system is the path alone. */
    private static CommandFailure refused(IOException failure) {
        if (failure instanceof FileSystemException unusable && unusable.getReason() == null) {
            var what = WORD_IN_NAME.matcher(unusable.getClass().getSimpleName().replace("Exception", ""));
            return CommandFailure.failed(
                    "cannot use '" + unusable.getFile() + "' for the registry: "
                            + what.replaceAll(" ").toLowerCase(Locale.ROOT),
                    failure);
        }
        return CommandFailure.failed(failure.getMessage(), failure);
    }

    /**
     * Begins to start it. It ends with the system.
     *
     * @param listen the address that this master listens on
     */
    static MasterRegistry begin(ActorSystem<?> system, Configuration configuration, NodeConfig node, String listen) {
        var config = configuration.read(RegistryConfig::from);
        var kept = node.workDir().map(work -> work.resolve(DIRECTORY));
        if (kept.isEmpty()) {
            LOG.warn(
                    "without --work-dir this master forgets its cluster when it stops, and agents refuse the next one");
        }
        var directory = kept.orElseGet(MasterRegistry::temporary);
        var registry = new MasterRegistry(system, config, node, listen, directory);
        Nodes.atStop(system, CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "master-registry", () -> {
            var started = registry.starting.toCompletableFuture();
            if (started.isDone() && !started.isCompletedExceptionally()) {
                started.join().close();
            }
            if (kept.isEmpty()) {
                remove(directory);
            }
            return CompletableFuture.completedFuture(Done.done());
        });
        return registry;
    }

    /** Whether this master voted before it was started. */
    boolean isKnown() {
        return known;
    }

    /** Done when the replica runs. */
    CompletableFuture<Replica> replica() {
        return progress.replica();
    }

    /** Whether this master leads the registry now. */
    boolean leads() {
        var replica = progress.replica().getNow(null);
        return replica != null && replica.leads();
    }

    /** Where the masters' cluster ports are, {@code host:port}, as far as this one knows. */
    List<String> members() {
        var replica = progress.replica().getNow(null);
        return replica == null
                ? List.of()
                : replica.read(state -> state.masters().values().stream()
                        .map(master -> master.getAddresses().getCluster())
                        .filter(address -> !address.isEmpty())
                        .toList());
    }

    /** What waits for others fails at once if this master cannot vote. */
    void failing(CompletableFuture<?> waiting) {
        progress.voting().whenComplete((done, failure) -> {
            if (failure != null) {
                var real = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                waiting.completeExceptionally(real instanceof IOException known ? refused(known) : real);
            }
        });
    }

    /** Waits until this master votes. What it owned before that would wait for it as well. */
    void awaitVote() {
        await(progress.voting());
    }

    /** Waits until it is there, now that it is known where the master listens. */
    Registry await(MasterAddress own) {
        addresses.complete(MasterAddresses.newBuilder()
                .setHttp(own.http())
                .setLink(own.link())
                .setCluster(OutageActor.hostPort(member))
                .setClusterUid(member.longUid())
                .build());
        return await(starting);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return Nodes.await(
                    stage,
                    () -> CommandFailure.tryAgain(
                            "the registry did not start in time: a majority of the masters must be up and reach each"
                                    + " other's baton.registry.port; the log says what it waited for"));
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof IOException known) {
                throw refused(known);
            }
            throw e;
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("baton-registry-");
        } catch (IOException e) {
            throw CommandFailure.failed("cannot make a temporary directory: choose one with --work-dir", e);
        }
    }

    private static void remove(Path directory) {
        try {
            Trees.remove(directory);
        } catch (IOException left) {
            LOG.warn("'{}' could not be removed: {}", directory, left.toString());
        }
    }

    /** Ends this process in good order, so that it is started again. */
    static void end(ActorSystem<?> system, String why) {
        CoordinatedShutdown.get(system).runAll(new Broken(why));
    }

    /** Why a system has ended, if the registry was the reason. */
    static Optional<String> problem(CoordinatedShutdown.Reason reason) {
        return reason instanceof Broken broken ? Optional.of(broken.why()) : Optional.empty();
    }
}

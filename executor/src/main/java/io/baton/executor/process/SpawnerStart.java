package io.baton.executor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first spawner of a directory, which is being started: on a busy host it takes a while until it is ready, and whoever
 * starts has other things to do meanwhile. It becomes a {@link Supervision}, or is abandoned.
 */
public final class SpawnerStart {
    private static final Logger LOG = LoggerFactory.getLogger(SpawnerStart.class);

    /** How long one that is not wanted is waited for; with tasks of an earlier agent it stays. */
    private static final long END_SECONDS = 5;

    /** One that is ready. */
    record Ready(Interpreter interpreter, Spawner spawner) {}

    private final Path directory;
    private final ProcessTable processes;
    private final List<Interpreter> candidates;
    private final boolean proven;
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();
    private volatile Optional<Supervision> supervision = Optional.empty();

    private SpawnerStart(Path directory, ProcessTable processes, List<Interpreter> candidates, boolean proven) {
        this.directory = directory;
        this.processes = processes;
        this.candidates = candidates;
        this.proven = proven;
    }

    /**
     * Begins to start one; tasks and supervisors of an earlier one live on.
     *
     * @param directory not in anybody's sandbox; made if missing
     * @param interpreter a perl or a shell to supervise with; empty for perl where there is one, else bash, else sh
     */
    public static SpawnerStart begin(Path directory, ProcessTable processes, Optional<Path> interpreter)
            throws IOException {
        var home = directory.toAbsolutePath();
        var candidates = Interpreter.candidates(interpreter);
        boolean proven = candidates.get(0).isShared() && Spawner.sharedOneWorked(home);
        var out = new SpawnerStart(home, processes, proven ? candidates.subList(0, 1) : candidates, proven);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        for (var part : List.of("", "launch", "exits", "pool")) {
            Files.createDirectories(out.directory.resolve(part), ownerOnly);
        }
        var thread = new Thread(out::start, "baton-first-spawner");
        thread.setDaemon(true);
        thread.start();
        return out;
    }

    private void start() {
        try {
            ready.complete(first());
        } catch (IOException | RuntimeException | Error impossible) {
            ready.completeExceptionally(impossible);
        }
    }

    private Ready first() throws IOException {
        int last = candidates.size() - 1;
        for (var candidate : candidates.subList(0, last)) {
            try {
                return new Ready(candidate, Spawner.start(directory, processes, candidate));
            } catch (IOException lame) {
                LOG.warn("{} cannot supervise tasks here: {}", candidate.program(), lame.getMessage());
            }
        }
        return new Ready(candidates.get(last), Spawner.start(directory, processes, candidates.get(last)));
    }

    /**
     * The interpreter that it will have, if it need not be waited for: one that worked for the last agent on this directory,
     * and of which no former process has to end first. So what an agent finds of its tasks does not depend on it.
     */
    Optional<Interpreter> known() {
        return proven ? Optional.of(candidates.get(0)) : Optional.empty();
    }

    /** Whoever starts next on this directory waits, and finds another interpreter if this one works no more. */
    void distrust() throws IOException {
        Spawner.forget(directory);
    }

    CompletableFuture<Ready> ready() {
        return ready;
    }

    Path directory() {
        return directory;
    }

    ProcessTable processes() {
        return processes;
    }

    /**
     * Waits for it.
     *
     * @throws IOException in the spawner's own words if none can work here
     */
    Ready await() throws IOException {
        try {
            return ready.join();
        } catch (CompletionException impossible) {
            if (impossible.getCause() instanceof IOException known) {
                throw known;
            }
            throw impossible;
        }
    }

    /** It has become this one's, which would start another if it ended. */
    void usedBy(Supervision user) {
        supervision = Optional.of(user);
    }

    /**
     * It is not wanted, after all: waits until it is there, if it can be, and ends it, with the supervision that it has become.
     * Nothing is written to the directory any more when this returns: it may be another agent's from then on.
     */
    public void abandon() {
        try {
            if (supervision.isPresent()) {
                supervision.get().close();
            }
            var unwanted = await().spawner();
            try {
                unwanted.close();
            } catch (IOException told) {
                LOG.debug("a task spawner was told to end before: {}", told.toString());
            }
            unwanted.ended().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException gone) {
            LOG.debug("a task spawner that is not wanted: {}", gone.toString());
        }
    }
}

package io.baton.executor.download;

import java.time.Duration;
import java.util.Optional;

/**
 * The fetching for one task: what it may still use, and how it is stopped. One thread fetches; any other may stop it.
 */
final class FetchJob {
    /** A source that sends less than this within the stall timeout is as good as silent. */
    static final long LEAST_PROGRESS_BYTES = 1_024;

    private final FetchSettings settings;
    private long bytesLeft;
    private long startedAt;
    private long windowAt;
    private long windowBytes;
    private Optional<String> stopped = Optional.empty();
    private Optional<Runnable> interrupt = Optional.empty();
    private boolean begun;
    private boolean local;

    FetchJob(FetchSettings settings, long maxBytes) {
        this.settings = settings;
        this.bytesLeft = maxBytes;
    }

    /** Its turn has come. */
    synchronized void begin(long nanos) {
        begun = true;
        startedAt = nanos;
        windowAt = nanos;
    }

    /** Ends the job soon: what it waits for is interrupted. The first reason counts. */
    void stop(String why) {
        Optional<Runnable> waiting;
        synchronized (this) {
            if (stopped.isPresent()) {
                return;
            }
            stopped = Optional.of(why);
            waiting = interrupt;
        }
        waiting.ifPresent(Runnable::run);
    }

    /** Stops a job that takes too long, or whose source has fallen silent. */
    void watch(long nanos) {
        var why = overdue(nanos);
        why.ifPresent(this::stop);
    }

    private synchronized Optional<String> overdue(long nanos) {
        if (!begun) {
            return Optional.empty();
        }
        if (nanos - startedAt > settings.timeLimit().toNanos()) {
            return Optional.of("not done within " + seconds(settings.timeLimit()) + " (baton.agent.fetch.time-limit)");
        }
        if (!local && nanos - windowAt > settings.stallTimeout().toNanos()) {
            if (windowBytes < LEAST_PROGRESS_BYTES) {
                return Optional.of("next to nothing came within " + seconds(settings.stallTimeout())
                        + " (baton.agent.fetch.stall-timeout)");
            }
            windowAt = nanos;
            windowBytes = 0;
        }
        return Optional.empty();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    /** From here on no source is waited for, so none can fall silent. */
    synchronized void workLocally() throws FetchFailedException {
        local = true;
        interrupt = Optional.empty();
        check();
    }

    /** A source is waited for again. */
    synchronized void listenAgain(long nanos) {
        local = false;
        windowAt = nanos;
        windowBytes = 0;
    }

    /** What is to be run to interrupt the wait that begins now. */
    void waitsFor(Runnable interruption) throws FetchFailedException {
        synchronized (this) {
            interrupt = Optional.of(interruption);
        }
        check();
    }

    /** Goes on only if nobody has stopped the job. */
    synchronized void check() throws FetchFailedException {
        if (stopped.isPresent()) {
            throw new FetchFailedException(stopped.get());
        }
    }

    /** Why it was stopped, if it was. */
    synchronized Optional<String> stopped() {
        return stopped;
    }

    /** Takes room for bytes that are about to be written. */
    synchronized void use(long bytes) throws FetchFailedException {
        check();
        bytesLeft -= bytes;
        windowBytes += bytes;
        if (bytesLeft < 0) {
            throw new FetchFailedException(
                    "larger than the room there is: a task's files may have as much as its 'disk' resource, and at"
                            + " most "
                            + settings.maxBytes() + " bytes (baton.agent.fetch.max-size)");
        }
    }

    /** What was written is not kept after all. */
    synchronized void giveBack(long bytes) {
        bytesLeft += bytes;
    }

    /** Whether so many bytes more would be too many. */
    synchronized boolean hasRoom(long bytes) {
        return bytes <= bytesLeft;
    }
}

package io.baton.httpapi.files;

import io.baton.httpapi.files.FileSource.OpenFile;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Opens files on threads of its own, and waits for none of them longer than a moment. The system call that opens a pipe
 * returns when somebody writes into it, which may be never, and nothing interrupts it: such a thread is lost. So a task
 * whose files keep some of them has no further file opened, nor has a framework whose tasks keep many: fewer than the
 * threads of those who wait for them. Safe for threads.
 *
 * <p>While as many are opened as may be at a time, and not all of them are lost, the next one is told to come again soon: it
 * keeps no thread meanwhile.
 *
 * <p>A thread that was lost is found again if the opening returns after all; else it waits as long as the process lives.
 */
final class Openings {
    static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String TOO_MANY =
            "The agent is opening as many files of this task as it may; please try again";
    private static final long KEEP_ALIVE_SECONDS = 10;
    /** They do next to nothing. */
    private static final long STACK_BYTES = 256 * 1024;

    /** What is opened. */
    interface Opening {
        OpenFile open() throws IOException, NoFileException;
    }

    /**
     * How many threads may be opening files, most of them lost to pipes by then.
     *
     * @param ofTask to the files of one task or executor
     * @param ofFramework to those of one framework
     * @param all to those of all
     */
    record Limits(int ofTask, int ofFramework, int all) {}

    /** A thread and whose file it opens. */
    private static final class UnderWay {
        private final String framework;
        private final String task;
        /** Nobody waits for it any more. */
        private boolean lost;

        UnderWay(String framework, String task) {
            this.framework = framework;
            this.task = task;
        }

        boolean isLost() {
            return lost;
        }
    }

    private final Duration patience;
    private final Limits limits;
    private final Executor threads;
    /** At most as many as the limits allow: they are counted one by one. */
    private final Set<UnderWay> underWay = new HashSet<>();

    Openings() {
        this(PATIENCE, new Limits(4, 12, 256));
    }

    Openings(Duration patience, Limits limits) {
        this.patience = patience;
        this.limits = limits;
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    var thread = new Thread(null, work, "sandbox-opening", STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Opens a file. Blocks for a moment at most.
     *
     * @throws NoFileException if it did not open in time, or too many are being opened, or did not open before
     */
    OpenFile open(String framework, String task, Opening opening) throws NoFileException, IOException {
        var begun = begin(framework, task);
        var opened = new CompletableFuture<OpenFile>();
        try {
            threads.execute(() -> open(begun, opening, opened));
        } catch (RuntimeException | Error noThread) {
            ends(begun);
            throw noThread;
        }
        try {
            return opened.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (gaveUp(begun, opened)) {
                throw NoFileException.later("The file could not be opened in time; please try again");
            }
            return result(opened);
        } catch (ExecutionException e) {
            return result(opened);
        } catch (InterruptedException e) {
            gaveUp(begun, opened);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void open(UnderWay begun, Opening opening, CompletableFuture<OpenFile> opened) {
        try {
            OpenFile file;
            try {
                file = opening.open();
            } finally {
                ends(begun); // Before anybody hears of it, who may want the next one.
            }
            if (!opened.complete(file)) {
                file.close();
            }
        } catch (IOException | NoFileException | RuntimeException e) {
            opened.completeExceptionally(e);
        }
    }

    /** @return false if it is there after all */
    private synchronized boolean gaveUp(UnderWay begun, CompletableFuture<OpenFile> opened) {
        begun.lost = true;
        return opened.cancel(false);
    }

    private static OpenFile result(CompletableFuture<OpenFile> opened) throws NoFileException, IOException {
        try {
            return opened.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoFileException refused) {
                throw refused;
            }
            throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
        } catch (InterruptedException | CancellationException e) {
            throw new AssertionError("it was done", e);
        }
    }

    private synchronized UnderWay begin(String framework, String task) throws NoFileException {
        if (isFull(framework, task, any -> true)) {
            throw isFull(framework, task, UnderWay::isLost)
                    ? NoFileException.later(
                            TOO_MANY + ". If that does not help, they are pipes now, and nobody writes into them")
                    : NoFileException.soon(TOO_MANY);
        }
        var begun = new UnderWay(framework, task);
        underWay.add(begun);
        return begun;
    }

    private synchronized void ends(UnderWay begun) {
        underWay.remove(begun);
    }

    /** Whether so many are as may be under way. */
    private boolean isFull(String framework, String task, Predicate<UnderWay> which) {
        return count(which) >= limits.all()
                || count(which.and(one -> one.framework.equals(framework))) >= limits.ofFramework()
                || count(which.and(one -> one.task.equals(task))) >= limits.ofTask();
    }

    private long count(Predicate<UnderWay> which) {
        return underWay.stream().filter(which).count();
    }
}

package io.baton.httpapi.files;

import io.baton.httpapi.files.FileSource.OpenFile;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens files on threads of its own, and waits for none of them longer than a moment. The system call that opens a pipe
 * returns when somebody writes into it, which may be never, and nothing interrupts it: such a thread is lost. So a task
 * whose files keep some of them has no further file opened, nor has a framework whose tasks keep many: fewer than the
 * threads of those who wait for them. Safe for threads.
 *
 * <p>A thread that was lost is found again if the opening returns after all; else it waits as long as the process lives.
 */
final class Openings {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
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

    private final Duration patience;
    private final Limits limits;
    private final Executor threads;
    /** Threads by whose file they open, also if nobody waits for that any more; those of all under the empty name. */
    private final Map<String, Integer> underWay = new HashMap<>();

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
     * @throws NoFileException if it did not open in time, or too many did not before
     */
    OpenFile open(String framework, String task, Opening opening) throws NoFileException, IOException {
        if (!begins(framework, task)) {
            throw NoFileException.later(
                    "The agent is opening as many files of this task as it may; please try again. If that does not"
                            + " help, they are pipes now, and nobody writes into them");
        }
        var opened = new CompletableFuture<OpenFile>();
        try {
            threads.execute(() -> open(framework, task, opening, opened));
        } catch (RuntimeException | Error noThread) {
            count(framework, task, -1);
            throw noThread;
        }
        try {
            return opened.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (opened.cancel(false)) {
                throw NoFileException.later("The file could not be opened in time; please try again");
            }
            return result(opened);
        } catch (ExecutionException e) {
            return result(opened);
        } catch (InterruptedException e) {
            opened.cancel(false);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void open(String framework, String task, Opening opening, CompletableFuture<OpenFile> opened) {
        try {
            OpenFile file;
            try {
                file = opening.open();
            } finally {
                count(framework, task, -1); // Before anybody hears of it, who may want the next one.
            }
            if (!opened.complete(file)) {
                file.close();
            }
        } catch (IOException | NoFileException | RuntimeException e) {
            opened.completeExceptionally(e);
        }
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

    private synchronized boolean begins(String framework, String task) {
        if (underWay(task) >= limits.ofTask()
                || underWay(framework) >= limits.ofFramework()
                || underWay("") >= limits.all()) {
            return false;
        }
        count(framework, task, 1);
        return true;
    }

    private int underWay(String whose) {
        return underWay.getOrDefault(whose, 0);
    }

    private synchronized void count(String framework, String task, int change) {
        for (var whose : new String[] {"", framework, task}) {
            underWay.merge(whose, change, Integer::sum);
            underWay.remove(whose, 0);
        }
    }
}

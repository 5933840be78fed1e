package io.baton.executor.download;

import io.baton.executor.fetch.ArchiveKind;
import io.baton.executor.fetch.FetchPlan;
import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Fetches for tasks, a bounded number at a time. Whoever waits is a task that the agent has accepted, so there are never
 * more than {@code baton.agent.max-tasks}.
 */
public final class Fetcher implements AutoCloseable {
    /** Archives that are unpacked at a time: that takes memory. */
    static final int CONCURRENT_UNPACKING = 2;

    private static final long WATCH_MILLIS = 200;
    private static final long IDLE_SECONDS = 30;
    private static final String CALLED_OFF = "called off: the task was killed";

    private final FetchSettings settings;
    private final WebDownload web;
    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService watchdog;
    private final Semaphore unpacking = new Semaphore(CONCURRENT_UNPACKING);
    private final Map<String, FetchJob> jobs = new ConcurrentHashMap<>();

    /**
     * What is to be fetched for a task.
     *
     * @param sandbox in which nobody else writes before all is there
     * @param account whose rights decide on files of the host; empty for the agent's own user
     * @param diskBytes how much the task may have; 0 for no limit of its own
     */
    public record Order(String container, Path sandbox, FetchPlan plan, Optional<Account> account, long diskBytes) {}

    /** A fetcher with threads of its own, which end when there is nothing to fetch. */
    public Fetcher(FetchSettings settings) {
        this.settings = settings;
        this.web = new WebDownload(settings.targets());
        this.pool = new ThreadPoolExecutor(
                settings.concurrency(),
                settings.concurrency(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("baton-fetch"));
        pool.allowCoreThreadTimeOut(true);
        this.watchdog = Executors.newSingleThreadScheduledExecutor(threads("baton-fetch-watch"));
        watchdog.scheduleWithFixedDelay(
                () -> jobs.values().forEach(job -> job.watch(System.nanoTime())),
                WATCH_MILLIS,
                WATCH_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String name) {
        return runnable -> {
            var thread = new Thread(runnable, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Fetches in the background.
     *
     * @param done told once, on a thread of the fetcher: empty if all is there, else why not
     */
    public void fetch(Order order, Consumer<Optional<String>> done) {
        long most = order.diskBytes() > 0 ? Math.min(order.diskBytes(), settings.maxBytes()) : settings.maxBytes();
        var job = new FetchJob(settings, most);
        jobs.put(order.container(), job);
        pool.execute(() -> {
            Optional<String> failure;
            try {
                job.begin(System.nanoTime());
                failure = fetchAll(order, job);
            } finally {
                jobs.remove(order.container());
            }
            done.accept(failure);
        });
    }

    /** Ends a fetch that is under way; it fails soon. Unknown ones are ignored. */
    public void cancel(String container) {
        var job = jobs.get(container);
        if (job != null) {
            job.stop(CALLED_OFF);
        }
    }

    private Optional<String> fetchAll(Order order, FetchJob job) {
        for (var item : order.plan().items()) {
            try {
                job.check();
                fetch(order, item, job);
            } catch (IOException | RuntimeException | OutOfMemoryError impossible) {
                var why = impossible instanceof FetchFailedException ? impossible.getMessage() : impossible.toString();
                // An interrupted wait fails in its own words.
                return Optional.of("Failed to fetch '" + item.shown() + "': "
                        + job.stopped().orElse(why));
            }
        }
        return Optional.empty();
    }

    private void fetch(Order order, FetchPlan.Item item, FetchJob job) throws IOException {
        var place = Places.vacant(order.sandbox(), item.path());
        try (var out = Places.create(place, item.executable())) {
            if (item.web()) {
                web.fetch(item.location(), out, job);
            } else {
                var refusal = settings.targets().refusalOfScheme("file");
                if (refusal.isPresent()) {
                    throw new FetchFailedException(refusal.get());
                }
                FileCopy.fetch(item.location(), order.account(), out, job);
            }
        }
        if (item.archive().isPresent()) {
            unpack(order, place, item.archive().get(), job);
        }
    }

    /** As in Mesos the archive stays where it is. */
    private void unpack(Order order, Path archive, ArchiveKind kind, FetchJob job) throws IOException {
        job.workLocally();
        try {
            while (!unpacking.tryAcquire(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                job.check();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FetchFailedException("the agent ends");
        }
        try {
            Unpacker.unpack(archive, kind, order.sandbox(), job);
        } finally {
            unpacking.release();
            job.listenAgain(System.nanoTime());
        }
    }

    /** Ends all that is under way. */
    @Override
    public void close() {
        jobs.values().forEach(job -> job.stop("the agent ends"));
        pool.shutdown();
        watchdog.shutdownNow();
    }
}

package io.baton.executor.download;

import io.baton.executor.fetch.ArchiveKind;
import io.baton.executor.fetch.FetchPlan;
import io.baton.executor.process.Account;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Fetches for tasks, a bounded number at a time. Whoever waits is a task that the agent has accepted, so there are never
 * more than {@code baton.agent.max-tasks}.
 */
public final class Fetcher implements AutoCloseable {
    /** Archives that are unpacked at a time: that takes memory. A zip file may take as much as all others together. */
    static final int CONCURRENT_UNPACKING = 2;

    private static final long WATCH_MILLIS = 200;
    private static final long IDLE_SECONDS = 30;
    private static final String CALLED_OFF = "called off: the task was killed";

    private final FetchSettings settings;
    private final WebDownload web;
    private final FetchCache cache;
    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService watchdog;
    private final Semaphore unpacking = new Semaphore(CONCURRENT_UNPACKING, true);
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();
    /** Also those whose fetch has not been asked for yet; until they are forgotten. */
    private final Set<String> calledOff = ConcurrentHashMap.newKeySet();

    /** A fetch that is under way, or waits for its turn. */
    private final class Turn implements Runnable {
        private final Order order;
        private final FetchJob job;
        private final Consumer<Optional<String>> done;

        private Turn(Order order, FetchJob job, Consumer<Optional<String>> done) {
            this.order = order;
            this.job = job;
            this.done = done;
        }

        @Override
        public void run() {
            Optional<String> failure;
            try {
                job.begin(System.nanoTime());
                failure = fetchAll(order, job);
            } finally {
                turns.remove(order.container());
            }
            done.accept(failure);
        }
    }

    /**
     * What is to be fetched for a task.
     *
     * @param sandbox in which nobody else writes before all is there
     * @param account whose rights decide on files of the host; empty for the agent's own user
     * @param diskBytes how much the task may have; 0 for no limit of its own
     */
    public record Order(String container, Path sandbox, FetchPlan plan, Optional<Account> account, long diskBytes) {}

    /**
     * A fetcher with threads of its own, which end when there is nothing to fetch.
     *
     * @param kept where files for later tasks are; made if missing
     */
    public Fetcher(FetchSettings settings, Path kept) throws IOException {
        this.settings = settings;
        this.cache = new FetchCache(kept, settings.cacheBytes());
        this.web = new WebDownload(settings.targets(), InetAddress::getAllByName);
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
                () -> turns.values().forEach(turn -> turn.job.watch(System.nanoTime())),
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
     * @param done told once, on a thread of the fetcher or of who calls it off: empty if all is there, else why not
     */
    public void fetch(Order order, Consumer<Optional<String>> done) {
        long most = order.diskBytes() > 0 ? Math.min(order.diskBytes(), settings.maxBytes()) : settings.maxBytes();
        var turn = new Turn(order, new FetchJob(settings, most), done);
        turns.put(order.container(), turn);
        pool.execute(turn);
        if (calledOff.contains(order.container())) {
            cancel(order.container());
        }
    }

    /** How many bytes of fetched files may be kept. */
    public long cacheBytes() {
        return settings.cacheBytes();
    }

    /** How many are. */
    public long cachedBytes() {
        return cache.usedBytes();
    }

    /** Ends a fetch: one that is under way fails soon, one that waits for its turn or is yet to come at once. */
    public void cancel(String container) {
        calledOff.add(container);
        var turn = turns.get(container);
        if (turn != null) {
            turn.job.stop(CALLED_OFF);
            if (pool.remove(turn)) {
                turn.run(); // It sees that it is stopped before it does anything.
            }
        }
    }

    /** The task is over: nothing will be fetched for it. */
    public void forget(String container) {
        calledOff.remove(container);
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
        if (item.cache() && cache.isOn()) {
            fetchOnce(order, item, place, job);
        } else {
            fetchAnew(order, item, place, job);
        }
        if (item.archive().isPresent()) {
            unpack(order, place, item.archive().get(), job);
        }
    }

    private void fetchAnew(Order order, FetchPlan.Item item, Path place, FetchJob job) throws IOException {
        try (var out = Places.create(place, item.executable())) {
            if (item.web()) {
                web.fetch(item.location(), out, job);
            } else {
                refuseUnless("file");
                FileCopy.fetch(item.location(), order.account(), out, job);
            }
        }
        if (item.checksum().isPresent()) {
            Content.verify(place, item.checksum().get(), job);
        }
    }

    private void refuseUnless(String scheme) throws FetchFailedException {
        var refusal = settings.targets().refusalOfScheme(scheme);
        if (refusal.isPresent()) {
            throw new FetchFailedException(refusal.get());
        }
    }

    /**
     * Takes what is kept; else fetches it and keeps it; else, if somebody else does that just now, waits for it. If then
     * nothing is kept (the other one failed, or it was too large), each fetches for itself.
     */
    private void fetchOnce(Order order, FetchPlan.Item item, Path place, FetchJob job) throws IOException {
        refuseUnless(item.web() ? item.location().substring(0, item.location().indexOf(':')) : "file");
        var user = order.account().map(a -> Long.toString(a.user())).orElse("");
        var name = FetchCache.name(user, item.location());
        var found = cache.find(name);
        if (found instanceof FetchCache.Find.UnderWay other) {
            waitFor(other, job);
            found = cache.find(name);
        }
        try {
            if (found instanceof FetchCache.Find.Stored stored && taken(stored, name, item, place, job)) {
                return;
            }
            fetchAnew(order, item, place, job);
            if (!(found instanceof FetchCache.Find.UnderWay)) {
                cache.store(name, place);
            }
        } finally {
            if (found instanceof FetchCache.Find.First) {
                cache.done(name);
            }
        }
    }

    private static void waitFor(FetchCache.Find.UnderWay other, FetchJob job) throws FetchFailedException {
        job.workLocally();
        try {
            while (true) {
                job.check();
                try {
                    other.end().get(WATCH_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException later) {
                    // Then once more.
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FetchFailedException("the agent ends");
        } catch (ExecutionException impossible) {
            throw new AssertionError("nobody completes it so", impossible);
        } finally {
            job.listenAgain(System.nanoTime());
        }
    }

    /** Whether what is kept will do: it must be what the task says that it is. */
    private boolean taken(FetchCache.Find.Stored stored, String name, FetchPlan.Item item, Path place, FetchJob job)
            throws IOException {
        job.workLocally();
        try (var content = stored.content();
                var out = Places.create(place, item.executable())) {
            Content.copy(content, out, job);
        } finally {
            job.listenAgain(System.nanoTime());
        }
        if (item.checksum().isPresent()
                && !Content.sum(place, item.checksum().get(), job)
                        .equals(item.checksum().get().hex())) {
            cache.forget(name);
            job.giveBack(Files.size(place));
            Files.delete(place);
            return false;
        }
        return true;
    }

    /** As in Mesos the archive stays where it is. */
    private void unpack(Order order, Path archive, ArchiveKind kind, FetchJob job) throws IOException {
        job.workLocally();
        int share = kind == ArchiveKind.ZIP ? CONCURRENT_UNPACKING : 1;
        try {
            while (!unpacking.tryAcquire(share, WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                job.check();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FetchFailedException("the agent ends");
        }
        try {
            Unpacker.unpack(archive, kind, order.sandbox(), job);
        } finally {
            unpacking.release(share);
            job.listenAgain(System.nanoTime());
        }
    }

    /** Ends all that is under way. */
    @Override
    public void close() {
        turns.values().forEach(turn -> turn.job.stop("the agent ends"));
        pool.shutdown();
        watchdog.shutdownNow();
    }
}

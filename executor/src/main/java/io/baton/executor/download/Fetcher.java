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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches for tasks, a bounded number at a time. Whoever waits is a task that the agent has accepted, so there are never
 * more than {@code baton.agent.max-tasks}.
 */
public final class Fetcher implements AutoCloseable {
    /** Archives that are unpacked at a time: that takes memory. A zip file may take as much as all others together. */
    static final int CONCURRENT_UNPACKING = 2;

    private static final long WATCH_MILLIS = 200;
    private static final String CALLED_OFF = "called off: the task was killed";
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    private final FetchSettings settings;
    private final WebDownload web;
    private final FetchCache cache;
    private final FetchQueue queue;
    private final ScheduledExecutorService watchdog;
    private final Semaphore unpacking = new Semaphore(CONCURRENT_UNPACKING, true);
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();
    /** Also those whose fetch has not been asked for yet; until they are forgotten. */
    private final Set<String> calledOff = ConcurrentHashMap.newKeySet();

    /** Turns that wait for what another fetches, without a thread. */
    private final Set<Turn> parked = ConcurrentHashMap.newKeySet();

    /** A fetch that is under way, or waits for its turn. One thread at a time has it. */
    private final class Turn implements Runnable {
        private final Order order;
        private final FetchJob job;
        private final Consumer<Optional<String>> done;
        private int next;
        private boolean begun;
        /** Whether the next item was waited for already, while another fetched it. */
        private boolean waited;

        private Turn(Order order, FetchJob job, Consumer<Optional<String>> done) {
            this.order = order;
            this.job = job;
            this.done = done;
        }

        @Override
        public void run() {
            Optional<FetchCache.Find.UnderWay> other = Optional.empty();
            Optional<String> failure = Optional.empty();
            try {
                go();
                other = fetchAll();
            } catch (IOException | RuntimeException | Error impossible) {
                var why = impossible instanceof FetchFailedException ? impossible.getMessage() : impossible.toString();
                // An interrupted wait fails in its own words.
                failure = Optional.of("Failed to fetch '"
                        + order.plan().items().get(next).shown() + "': "
                        + job.stopped().orElse(why));
            } finally {
                if (other.isEmpty()) {
                    turns.remove(order.container());
                }
            }
            if (other.isPresent()) {
                parked.add(this);
                // From here on another thread may have it.
                other.get().end().whenComplete((over, never) -> resume(this));
            } else {
                done.accept(failure);
            }
        }

        private void go() {
            if (begun) {
                job.listenAgain(System.nanoTime());
            } else {
                begun = true;
                job.begin(System.nanoTime());
            }
        }

        /** @return whose fetch is to be waited for, if this one cannot go on */
        private Optional<FetchCache.Find.UnderWay> fetchAll() throws IOException {
            var items = order.plan().items();
            while (next < items.size()) {
                job.check();
                var other = fetch(order, items.get(next), waited, job);
                if (other.isPresent()) {
                    job.workLocally();
                    waited = true;
                    return other;
                }
                next++;
                waited = false;
            }
            return Optional.empty();
        }
    }

    private void resume(Turn turn) {
        if (parked.remove(turn)) {
            queue.addFirst(turn.order.owner(), turn);
        }
    }

    /**
     * What is to be fetched for a task.
     *
     * @param sandbox in which nobody else writes before all is there
     * @param account whose rights decide on files of the host; empty for the agent's own user
     * @param diskBytes how much the task may have; 0 for no limit of its own
     * @param owner its framework: those of others do not wait for it
     */
    public record Order(
            String container, Path sandbox, FetchPlan plan, Optional<Account> account, long diskBytes, String owner) {}

    /**
     * A fetcher with threads of its own, which end when there is nothing to fetch.
     *
     * @param kept where files for later tasks are; made if missing
     */
    public Fetcher(FetchSettings settings, Path kept) throws IOException {
        this.settings = settings;
        this.cache = new FetchCache(kept, settings.cacheBytes());
        this.web = new WebDownload(settings.targets(), InetAddress::getAllByName);
        this.queue = new FetchQueue(settings.concurrency(), threads("baton-fetch"));
        this.watchdog = Executors.newSingleThreadScheduledExecutor(threads("baton-fetch-watch"));
        watchdog.scheduleWithFixedDelay(this::watchAll, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Goes on whatever fails: after that it would never be done again, and nothing else limits the time of fetches. */
    private void watchAll() {
        try {
            turns.values().forEach(this::watch);
            queue.again();
        } catch (RuntimeException | Error once) {
            LOG.error("fetches are looked after again in {} ms", WATCH_MILLIS, once);
        }
    }

    private void watch(Turn turn) {
        turn.job.watch(System.nanoTime());
        if (turn.job.stopped().isPresent()) {
            resume(turn);
        }
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
        queue.add(order.owner(), turn);
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
            if (queue.remove(turn.order.owner(), turn) || parked.remove(turn)) {
                turn.run(); // It sees that it is stopped before it does anything.
            }
        }
    }

    /** The task is over: nothing will be fetched for it. */
    public void forget(String container) {
        calledOff.remove(container);
    }

    /** @return whose fetch of the same it could wait for, unless it has done so */
    private Optional<FetchCache.Find.UnderWay> fetch(Order order, FetchPlan.Item item, boolean waited, FetchJob job)
            throws IOException {
        var place = Places.vacant(order.sandbox(), item.path());
        if (item.cache() && cache.isOn()) {
            var other = fetchOnce(order, item, place, waited, job);
            if (other.isPresent()) {
                return other;
            }
        } else {
            fetchAnew(order, item, place, job);
        }
        if (item.archive().isPresent()) {
            unpack(order, place, item.archive().get(), job);
        }
        return Optional.empty();
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
     * Takes what is kept; else fetches it and keeps it; else, if somebody else does that just now, it is to wait for that.
     * If then nothing is kept (the other one failed, or it was too large), each fetches for itself.
     */
    private Optional<FetchCache.Find.UnderWay> fetchOnce(
            Order order, FetchPlan.Item item, Path place, boolean waited, FetchJob job) throws IOException {
        refuseUnless(item.web() ? item.location().substring(0, item.location().indexOf(':')) : "file");
        var user = order.account().map(a -> Long.toString(a.user())).orElse("");
        var name = FetchCache.name(user, item.location());
        var found = cache.find(name);
        if (found instanceof FetchCache.Find.UnderWay other && !waited) {
            return Optional.of(other);
        }
        try {
            if (found instanceof FetchCache.Find.Stored stored && taken(stored, name, item, place, job)) {
                return Optional.empty();
            }
            fetchAnew(order, item, place, job);
            if (!(found instanceof FetchCache.Find.UnderWay)) {
                keep(name, place, job);
            }
        } finally {
            if (found instanceof FetchCache.Find.First) {
                cache.done(name);
            }
        }
        return Optional.empty();
    }

    /** Meanwhile no source is waited for: the copy of a large file takes longer than one may be silent. */
    private void keep(String name, Path place, FetchJob job) throws FetchFailedException {
        job.workLocally();
        try {
            cache.store(name, place, job);
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
        for (var turn : turns.values()) {
            turn.job.stop("the agent ends");
            resume(turn);
        }
        queue.close();
        watchdog.shutdownNow();
    }
}

package io.baton.benchmarks.failover;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.error.NotSubscribedException;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A framework that launches short tasks at a steady rate, as far as offers allow, and notes what happens. */
public final class Load implements Scheduler, AutoCloseable {
    /** Of all loads. */
    static final String ROLE = "load";

    private static final String AT_ONCE = ":";

    /** What each task takes. */
    static final int CPU_MILLIS = 10;

    /**
     * Beside them are large tasks, which take a while: a fault is to meet tasks that run, and agents that are nearly full, so
     * that whatever is granted twice is too much for them. What they leave free must do for the small ones.
     */
    static final int LARGE_CPU_MILLIS = 900;

    private static final String SLOWLY = "sleep 3";

    /**
     * Offers are held for so long, so that a free agent is offered some five times a second and not oftener: what is
     * measured takes seconds, and masters are to be busy with launches.
     */
    private static final long HOLD_MILLIS = 200;

    private static final int MOST_AT_ONCE = 200;

    /** Tasks that have not ended: a host that is slower than the rate must not be buried under a backlog. */
    private static final int MOST_OPEN = 100;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "load");
        thread.setDaemon(true);
        return thread;
    });
    private final String name;
    private final double perSecond;
    private final int mostLarge;
    private final Path file;
    private final History history;
    private final Set<String> large = ConcurrentHashMap.newKeySet();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> lasting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private volatile String script;
    private volatile boolean paused;
    private volatile int mostOpen = MOST_OPEN;
    private long since = System.nanoTime();
    private double allowance;
    private Framework framework;

    private Load(String name, double perSecond, int mostLarge, Path file, History history) {
        this.name = name;
        this.perSecond = perSecond;
        this.mostLarge = mostLarge;
        this.file = file;
        this.history = history;
        this.script = AT_ONCE;
    }

    /**
     * Starts one.
     *
     * @param mostLarge how many large tasks it has at a time
     */
    public static Load start(
            List<String> masters, String name, double perSecond, int mostLarge, Path file, History history)
            throws InterruptedException {
        var load = new Load(name, perSecond, mostLarge, file, history);
        load.framework = Framework.builder()
                .masters(masters)
                .name(name)
                .roles(ROLE)
                .failoverTimeout(Duration.ofMinutes(10))
                .start(load);
        load.framework.awaitSubscribed(Duration.ofSeconds(60));
        return load;
    }

    /**
     * From now on each task waits like this before it ends.
     *
     * @param shell for example {@code sleep 1}
     * @param open how many such tasks there may be at a time
     */
    public void work(String shell, int open) {
        script = shell;
        mostOpen = open;
    }

    /** Goes on as in the beginning, beside the tasks that wait. */
    void resume() {
        work(AT_ONCE, MOST_OPEN + history.openTasks(name).size());
        pause(false);
    }

    /** How many of the tasks that are open end by themselves within moments. */
    long brief() {
        return history.openTasks(name).stream()
                .filter(task -> !lasting.contains(task))
                .count();
    }

    /** Ends the tasks that wait, which do not say so. */
    void killLong() {
        work(AT_ONCE, MOST_OPEN);
        history.openTasks(name).stream().filter(waiting::contains).forEach(task -> {
            history.killed(task);
            framework.kill(TaskID.newBuilder().setValue(task).build());
        });
    }

    /** Launches nothing, but goes on taking offers. */
    public void pause(boolean now) {
        paused = now;
    }

    @Override
    public void resourceOffers(Framework f, List<Offer> offers) {
        long now = System.nanoTime();
        history.offered("framework " + name, now);
        offers.forEach(offer -> history.offered("agent " + offer.getHostname(), now));
        later.schedule(() -> answer(f, offers), HOLD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void answer(Framework f, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        int wanted = allowed();
        var work = script; // It may change meanwhile.
        if (work.equals(AT_ONCE)) {
            for (int i = openLarge(); i < mostLarge && wanted > 0 && launch(pool, LARGE_CPU_MILLIS, SLOWLY); i++) {
                wanted--;
            }
        }
        while (wanted > 0 && launch(pool, CPU_MILLIS, work)) {
            wanted--;
        }
        for (var launch : pool.launches()) {
            f.accept(launch.offers(), List.of(operation(launch.tasks())), Framework.refusing(Duration.ZERO))
                    .whenComplete((done, failure) -> answered(failure));
        }
        if (!pool.unused().isEmpty()) {
            f.decline(pool.unused(), Duration.ZERO).whenComplete((done, failure) -> answered(failure));
        }
        f.demand(true);
    }

    private int openLarge() {
        return (int) history.openTasks(name).stream().filter(large::contains).count();
    }

    /** @return whether there was room for it */
    private boolean launch(OfferPool pool, int cpuMillis, String work) {
        var place = pool.place(Shape.cpus(cpuMillis / 1000.0).mem(1));
        if (place.isEmpty()) {
            return false;
        }
        var id = name + "-" + number.getAndIncrement();
        allowance--;
        if (!work.equals(AT_ONCE)) {
            waiting.add(id);
        }
        if (cpuMillis == LARGE_CPU_MILLIS) {
            large.add(id);
        } else if (!work.equals(AT_ONCE)) {
            lasting.add(id);
        }
        history.launched(id, place.get().hostname(), cpuMillis);
        place.get()
                .launch(TaskBuilder.task(id)
                        .shell("echo start " + id + " >> " + file + "; " + work + "; echo end " + id + " >> " + file));
        return true;
    }

    private static Offer.Operation operation(List<TaskInfo> tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
                .build();
    }

    /** A call that was not made, since the stream had just ended, is no failure: its tasks are told to be dropped. */
    private void answered(Throwable failure) {
        var why = failure instanceof CompletionException ? failure.getCause() : failure;
        if (why != null && !(why instanceof NotSubscribedException)) {
            history.callFailed(why.toString());
        }
    }

    private int allowed() {
        long now = System.nanoTime();
        allowance = paused ? 0 : Math.min(MOST_AT_ONCE, allowance + perSecond * (now - since) / 1e9);
        since = now;
        return Math.min((int) allowance, mostOpen - history.openTasks(name).size());
    }

    @Override
    public void update(Framework f, TaskStatus status) {
        history.updated(status);
    }

    /** Ends the framework with its tasks. */
    @Override
    public void close() {
        framework
                .teardown()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(late -> null)
                .join();
        framework.close();
        later.shutdownNow();
    }
}

package io.baton.benchmarks.failover;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Place;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Many tasks of an agent that is killed and comes back later. Half of them end while it is away, the others when it is back,
 * each with a status of its own, and every one of these is to be told.
 */
public final class Readoption implements Scheduler {
    /**
     * What came of it.
     *
     * @param wrong tasks of which something else was told than how they ended, with what that was; there are to be none
     * @param unreachable how many were told to be unreachable while the agent was away
     * @param firstSeconds from the start of the agent's process to the first update of a task
     * @param allSeconds from then to the last update of what had ended meanwhile
     */
    public record Outcome(List<String> wrong, int unreachable, double firstSeconds, double allSeconds) {}

    private static final String ROLE = "readoption";

    /** An agent of the site has 4,000, of which large tasks of others leave little. */
    private static final double CPUS = 0.001;

    /** Each reader of a pipe sees that there is a writer before it sees its end. */
    private static final long OPEN_MILLIS = 1_000;

    /** Statuses from 0 on, as many different ones. */
    private static final int STATUSES = 100;

    private static final String SAYS = "Command exited with status ";

    private final Site site;
    private final String host;
    private final int tasks;
    private final Path endMeanwhile;
    private final Path endLater;
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, TaskState> states = new TreeMap<>();
    /** Numbers of those to be launched: each once, and again if its offer was void. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int launches;
    private int unreachable;
    private int ended;
    private long firstUpdate;

    private Readoption(Site site, int agent, int tasks) throws IOException {
        this.site = site;
        this.host = "agent-" + agent;
        this.tasks = tasks;
        IntStream.range(0, tasks).forEach(open::add);
        this.endMeanwhile = pipe("meanwhile");
        this.endLater = pipe("later");
    }

    private Path pipe(String name) throws IOException {
        var pipe = site.directory().resolve(name + "-" + System.nanoTime());
        Network.run(List.of("mkfifo", pipe.toString()));
        return pipe;
    }

    /**
     * Launches them on the agent, kills it and starts it again.
     *
     * @param away how long it is away
     */
    static Outcome run(Site site, int agent, int tasks, Duration away) throws IOException, InterruptedException {
        var scheduler = new Readoption(site, agent, tasks);
        try (var framework = Framework.builder()
                .masters(site.urls())
                .name("readoption")
                .roles(ROLE)
                .failoverTimeout(Duration.ofMinutes(10))
                .start(scheduler)) {
            var outcome = scheduler.run(agent, away);
            framework.teardown().join();
            return outcome;
        }
    }

    private Outcome run(int agent, Duration away) throws IOException, InterruptedException {
        site.await("all tasks run", () -> count(state -> state == TaskState.TASK_RUNNING) == tasks, this::seen);
        site.killAgent(agent);
        release(endMeanwhile);
        Site.pause(away.toMillis());
        synchronized (this) {
            firstUpdate = 0;
        }
        long start = System.nanoTime();
        site.startAgent(agent);
        site.await("what ended meanwhile is told", () -> ended() == tasks / 2, this::seen);
        long all = System.nanoTime();
        site.await(
                "all others run as far as is told",
                () -> count(state -> state == TaskState.TASK_RUNNING) == tasks - tasks / 2,
                this::seen);
        release(endLater);
        site.await("each end is told", () -> ended() == tasks, this::seen);
        site.awaitReady();
        synchronized (this) {
            return new Outcome(List.copyOf(wrong), unreachable, (firstUpdate - start) / 1e9, (all - start) / 1e9);
        }
    }

    /** Lets those go on that wait to read: they have been waiting for somebody who writes. */
    private static void release(Path pipe) throws IOException, InterruptedException {
        try (var writer = new FileOutputStream(pipe.toFile())) {
            Site.pause(OPEN_MILLIS);
            writer.flush();
        }
    }

    private synchronized int ended() {
        return ended;
    }

    private synchronized int count(Predicate<TaskState> which) {
        return (int) states.values().stream().filter(which).count();
    }

    private synchronized String seen() {
        return open.size() + " not launched, " + ended + " ended; " + states;
    }

    @Override
    public synchronized void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        for (var place = place(pool); place.isPresent(); place = place(pool)) {
            int number = open.remove();
            var pipe = number % 2 == 0 ? endMeanwhile : endLater;
            place.get()
                    .launch(TaskBuilder.task(number + "-" + launches++)
                            .shell("read nothing < " + pipe + "; exit " + number % STATUSES));
        }
        pool.launches().forEach(launch -> framework.launch(launch.offers(), launch.tasks()));
        framework.decline(pool.unused(), Duration.ZERO);
        framework.demand(!open.isEmpty());
    }

    private Optional<Place> place(OfferPool pool) {
        return open.isEmpty()
                ? Optional.empty()
                : pool.place(
                        Shape.cpus(CPUS).mem(1), offer -> offer.getHostname().equals(host));
    }

    @Override
    public synchronized void update(Framework framework, TaskStatus status) {
        var task = status.getTaskId().getValue();
        var state = status.getState();
        int number = Integer.parseInt(task.substring(0, task.indexOf('-')));
        if (state == TaskState.TASK_DROPPED) {
            states.remove(task);
            open.add(number);
            framework.demand(true);
            return;
        }
        var before = states.put(task, state);
        if (state == TaskState.TASK_UNREACHABLE && before != state) {
            unreachable++;
        }
        if (!status.hasUuid()) {
            return; // An answer to a question; ends are told with one.
        }
        if (firstUpdate == 0) {
            firstUpdate = System.nanoTime();
        }
        if (state == TaskState.TASK_STARTING || state == TaskState.TASK_RUNNING) {
            return;
        }
        int expected = number % STATUSES;
        if (state != (expected == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED)
                || !status.getMessage().equals(SAYS + expected)) {
            wrong.add(task + " " + state + " '" + status.getMessage() + "'");
        }
        ended++;
    }
}

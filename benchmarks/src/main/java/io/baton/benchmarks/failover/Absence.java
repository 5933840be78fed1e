package io.baton.benchmarks.failover;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.master.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A scheduler that leaves its tasks behind and does not come back, while masters change. */
public final class Absence implements Scheduler {
    /**
     * What came of it.
     *
     * @param removedSeconds from its leaving until some master shows the framework as removed
     * @param endedSeconds from its leaving until none of its tasks' processes is left
     * @param refusal what its scheduler is told that comes back after that
     */
    public record Outcome(double removedSeconds, double endedSeconds, String refusal) {}

    private static final String ROLE = "absent";
    private static final int TASKS = 3;
    private static final String FRAMEWORKS = "{\"type\":\"GET_FRAMEWORKS\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Answers answers = new Answers();
    private final Site site;
    private final Duration timeout;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    /** Where each task writes the number of its process, by task. */
    private final Map<String, Path> numbers = new ConcurrentHashMap<>();

    private int count;

    private Absence(Site site, Duration timeout) {
        this.site = site;
        this.timeout = timeout;
    }

    /**
     * Has it launch tasks, leave, and come back when it is too late.
     *
     * @param timeout its failover timeout
     * @param fault what happens to masters while it is away
     */
    static Outcome run(Site site, Duration timeout, Gaps.Act fault) throws IOException, InterruptedException {
        return new Absence(site, timeout).run(fault);
    }

    private Framework start(String id) {
        return Framework.builder()
                .masters(site.urls())
                .name("absent")
                .id(id)
                .roles(ROLE)
                .failoverTimeout(timeout)
                .start(this);
    }

    private Outcome run(Gaps.Act fault) throws IOException, InterruptedException {
        String id;
        long left;
        try (var framework = start("")) {
            site.await(
                    "its tasks run",
                    () -> running.size() == TASKS && numbers.values().stream().allMatch(Files::exists));
            id = framework.id();
            left = System.nanoTime();
        }
        var processes = processes();
        if (!processes.stream().allMatch(Absence::isAlive)) {
            throw new IllegalStateException("its tasks ended with its leaving");
        }
        fault.done();
        site.await("the framework is removed", () -> isRemoved(id));
        double removed = (System.nanoTime() - left) / 1e9;
        site.await("its tasks end", () -> processes.stream().noneMatch(Absence::isAlive));
        double ended = (System.nanoTime() - left) / 1e9;
        site.awaitReady();
        return new Outcome(removed, ended, refusal(id));
    }

    private List<Long> processes() throws IOException {
        var out = new ArrayList<Long>();
        for (var number : numbers.values()) {
            out.add(Long.parseLong(Files.readString(number).strip()));
        }
        return out;
    }

    private static boolean isAlive(long process) {
        return ProcessHandle.of(process).isPresent();
    }

    /** A master that has just been started shows nothing yet: it is asked for those that were removed. */
    private boolean isRemoved(String id) {
        for (var url : site.urls()) {
            try {
                var shown = Response.parseFrom(answers.call(url + "/api/v1", FRAMEWORKS));
                if (shown.getGetFrameworks().getCompletedFrameworksList().stream()
                        .anyMatch(framework ->
                                framework.getFrameworkInfo().getId().getValue().equals(id))) {
                    return true;
                }
            } catch (IOException unreadable) {
                continue;
            }
        }
        return false;
    }

    /** @return why it is not let in again; empty if it is */
    private String refusal(String id) throws InterruptedException {
        try (var again = start(id)) {
            again.awaitSubscribed(PATIENCE);
            return "";
        } catch (FrameworkException refused) {
            return refused.getMessage();
        }
    }

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        for (var place = pool.place(Shape.cpus(0.01).mem(1));
                place.isPresent() && numbers.size() < TASKS;
                place = pool.place(Shape.cpus(0.01).mem(1))) {
            var task = "absent-" + count++;
            var number = site.directory().resolve(task);
            numbers.put(task, number);
            place.get()
                    .launch(TaskBuilder.task(task)
                            .shell("echo $$ > " + number + ".new; mv " + number + ".new " + number
                                    + "; exec sleep 3600"));
        }
        pool.launches().forEach(launch -> framework.launch(launch.offers(), launch.tasks()));
        framework.decline(pool.unused(), Duration.ZERO);
        framework.demand(numbers.size() < TASKS);
    }

    /** A task is dropped if its offer was void, since its agent has got another owner: another one takes its place. */
    @Override
    public void update(Framework framework, TaskStatus status) {
        var task = status.getTaskId().getValue();
        if (status.getState() == TaskState.TASK_RUNNING) {
            running.add(task);
        } else if (status.getState() == TaskState.TASK_DROPPED) {
            numbers.remove(task);
            framework.demand(true);
        }
    }
}

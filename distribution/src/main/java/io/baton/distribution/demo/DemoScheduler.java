package io.baton.distribution.demo;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Runs all map tasks, then all reduce tasks. Its methods are called on one thread. */
final class DemoScheduler implements Scheduler {
    private static final Shape SHAPE = Shape.cpus(0.5).mem(32);
    private static final int ATTEMPTS = 3;

    /** A task to be run. */
    record Work(String id, String line) {}

    /** How it went. */
    record Outcome(int tasks, int failed, List<String> failures, Figures acceptToRunning, Figures offerToRunning) {}

    private record Begun(Work work, long offered, long accepted) {}

    private final Queue<Work> todo;
    private final List<Work> reduces;
    private final int all;
    private final Map<String, String> environment;
    private final BiConsumer<Integer, Integer> progress;
    private final Map<String, Begun> live = new LinkedHashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Figures acceptToRunning = new Figures();
    private final Figures offerToRunning = new Figures();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final List<String> failures = new java.util.ArrayList<>();
    private boolean reducing;
    private int finished;

    /** @param progress told how many tasks are done and how many there are */
    DemoScheduler(
            List<Work> maps,
            List<Work> reduces,
            Map<String, String> environment,
            BiConsumer<Integer, Integer> progress) {
        this.todo = new ArrayDeque<>(maps);
        this.reduces = List.copyOf(reduces);
        this.all = maps.size() + reduces.size();
        this.environment = environment;
        this.progress = progress;
    }

    /** Completes when all tasks have ended, or the framework has. */
    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        long offered = System.nanoTime();
        var pool = OfferPool.of(offers);
        while (!todo.isEmpty()) {
            var place = pool.place(SHAPE);
            if (place.isEmpty()) {
                break;
            }
            var work = todo.remove();
            place.get().launch(TaskBuilder.task(work.id()).shell(work.line()).env(environment));
            live.put(work.id(), new Begun(work, offered, System.nanoTime()));
        }
        pool.answer(framework, java.time.Duration.ZERO.plusMillis(10));
        framework.demand(!todo.isEmpty());
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        var begun = live.get(status.getTaskId().getValue());
        if (begun == null) {
            return;
        }
        switch (status.getState()) {
            case TASK_STAGING, TASK_STARTING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> {}
            case TASK_RUNNING -> {
                long now = System.nanoTime();
                acceptToRunning.add(now - begun.accepted());
                offerToRunning.add(now - begun.offered());
            }
            case TASK_DROPPED, TASK_LOST -> again(begun.work(), status);
            default -> ended(begun.work(), status);
        }
        if (live.isEmpty() && todo.isEmpty()) {
            next();
        }
        framework.demand(!todo.isEmpty());
    }

    private void again(Work work, TaskStatus status) {
        if (attempts.merge(work.id(), 1, Integer::sum) >= ATTEMPTS) {
            ended(work, status);
            return;
        }
        live.remove(work.id());
        todo.add(work);
    }

    private void ended(Work work, TaskStatus status) {
        live.remove(work.id());
        finished++;
        if (status.getState() != TaskState.TASK_FINISHED) {
            failures.add(work.id() + " " + status.getState() + ": " + status.getMessage());
        }
        progress.accept(finished, all);
    }

    private void next() {
        if (!reducing && failures.isEmpty()) {
            reducing = true;
            todo.addAll(reduces);
        } else {
            outcome.complete(
                    new Outcome(finished, failures.size(), List.copyOf(failures), acceptToRunning, offerToRunning));
        }
    }

    @Override
    public void error(Framework framework, FrameworkException reason) {
        outcome.completeExceptionally(reason);
    }
}

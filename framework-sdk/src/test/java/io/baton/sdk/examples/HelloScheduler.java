package io.baton.sdk.examples;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** Runs five commands and tears itself down when the last one has ended. */
public final class HelloScheduler implements Scheduler {
    private final Queue<String> todo = new ArrayDeque<>(List.of("hello-1", "hello-2", "hello-3", "hello-4", "hello-5"));
    private final Set<String> running = new HashSet<>();

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        while (!todo.isEmpty()) {
            var place = pool.place(Shape.cpus(0.1).mem(32));
            if (place.isEmpty()) {
                break;
            }
            running.add(todo.element());
            place.get().launch(TaskBuilder.task(todo.remove()).shell("echo hello from $(hostname)"));
        }
        pool.answer(framework);
        framework.demand(!todo.isEmpty());
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        var id = status.getTaskId().getValue();
        System.out.println(id + " is " + status.getState() + " " + status.getMessage());
        switch (status.getState()) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> {} // It goes on.
            case TASK_UNREACHABLE -> {} // It may come back.
            default -> {
                if (running.remove(id) && status.getState() == TaskState.TASK_DROPPED) { // It never began.
                    todo.add(id);
                    framework.demand(true);
                } else if (running.isEmpty() && todo.isEmpty()) {
                    framework.teardown();
                }
            }
        }
    }

    /** @param masters such as {@code http://localhost:5050} */
    public static void main(String... masters) {
        Framework.builder()
                .masters(masters)
                .name("hello")
                .start(new HelloScheduler())
                .stopped()
                .join();
    }
}

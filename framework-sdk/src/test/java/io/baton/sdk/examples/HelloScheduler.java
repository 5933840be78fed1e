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
import java.util.List;
import java.util.Queue;

/** Runs five commands and tears itself down when the last one has finished. */
public final class HelloScheduler implements Scheduler {
    private final Queue<String> todo = new ArrayDeque<>(List.of("hello-1", "hello-2", "hello-3", "hello-4", "hello-5"));
    private int running;

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        while (!todo.isEmpty()) {
            var place = pool.place(Shape.cpus(0.1).mem(32));
            if (place.isEmpty()) {
                break;
            }
            place.get().launch(TaskBuilder.task(todo.remove()).shell("echo hello from $(hostname)"));
            running++;
        }
        pool.answer(framework);
        framework.demand(!todo.isEmpty());
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        System.out.println(status.getTaskId().getValue() + " is " + status.getState());
        if (status.getState() == TaskState.TASK_DROPPED) { // It never began.
            running--;
            todo.add(status.getTaskId().getValue());
            framework.demand(true);
        } else if (status.getState() == TaskState.TASK_FINISHED && --running == 0 && todo.isEmpty()) {
            framework.teardown();
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

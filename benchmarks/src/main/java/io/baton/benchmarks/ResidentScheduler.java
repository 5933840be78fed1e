package io.baton.benchmarks;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Launches a number of tasks that stay. */
final class ResidentScheduler implements Scheduler {
    private static final Shape SHAPE = Shape.cpus(0.01).mem(1);

    private final int total;
    private final AtomicInteger launched = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final CountDownLatch running;

    ResidentScheduler(int total) {
        this.total = total;
        this.running = new CountDownLatch(total);
    }

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        while (launched.get() < total) {
            var place = pool.place(SHAPE);
            if (place.isEmpty()) {
                break;
            }
            place.get()
                    .launch(TaskBuilder.task("stays-" + launched.getAndIncrement())
                            .argv("sleep", "100000"));
        }
        pool.answer(framework, Duration.ZERO);
        framework.demand(launched.get() < total);
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        if (status.getState() == TaskState.TASK_RUNNING) {
            running.countDown();
        } else if (status.getState() != TaskState.TASK_STARTING) {
            ended.incrementAndGet();
        }
    }

    boolean awaitRunning(Duration limit) throws InterruptedException {
        return running.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    int ended() {
        return ended.get();
    }
}

package io.baton.sdk;

import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.MasterInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Launches what is in {@code todo} and writes down what it is told. */
class RecordingScheduler implements Scheduler {
    final Queue<String> todo = new ConcurrentLinkedQueue<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<TaskStatus> updates = new CopyOnWriteArrayList<>();
    final List<Offer> kept = new CopyOnWriteArrayList<>();
    final List<FrameworkException> errors = new CopyOnWriteArrayList<>();
    volatile boolean keepsOffers;

    @Override
    public void subscribed(Framework framework, MasterInfo master) {
        heard.add("subscribed");
    }

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        if (keepsOffers) {
            kept.addAll(offers);
            return;
        }
        var pool = OfferPool.of(offers);
        for (var id = todo.peek(); id != null; id = todo.peek()) {
            var place = pool.place(Shape.cpus(0.1).mem(32));
            if (place.isEmpty()) {
                break;
            }
            place.get().launch(TaskBuilder.task(todo.remove()).shell("true"));
        }
        pool.answer(framework, java.time.Duration.ofMillis(10));
    }

    @Override
    public void rescinded(Framework framework, OfferID offer) {
        heard.add("rescinded");
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        updates.add(status);
        heard.add(status.getTaskId().getValue() + " " + status.getState());
    }

    @Override
    public void disconnected(Framework framework, FrameworkException reason) {
        heard.add("disconnected");
        errors.add(reason);
    }

    @Override
    public void error(Framework framework, FrameworkException reason) {
        heard.add("error");
        errors.add(reason);
    }

    long count(TaskState state) {
        return updates.stream().filter(update -> update.getState() == state).count();
    }
}

package io.baton.sdk.measure;

import com.sun.management.OperatingSystemMXBean;
import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Tasks a second through the whole SDK. Run by hand against a process of {@code CallCost serve}. */
public final class TaskRate {
    private static final int TASKS = 10_000;
    private static final int ROUNDS = 4;

    private TaskRate() {}

    /** @param arguments the URL of a master */
    public static void main(String... arguments) throws Exception {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (var round = 0; round < ROUNDS; round++) {
            var finished = new CountDownLatch(TASKS);
            var cpu = system.getProcessCpuTime();
            var time = System.nanoTime();
            var framework =
                    Framework.builder().masters(arguments[0]).name("rate").start(new Launcher(finished));
            finished.await();
            var seconds = (System.nanoTime() - time) / 1e9;
            System.out.printf(
                    "%.0f tasks/s, %.0f us CPU a task (3 updates, 3 acknowledgements), %s%n",
                    TASKS / seconds, (system.getProcessCpuTime() - cpu) / 1e3 / TASKS, framework.figures());
            framework.teardown();
            framework.close();
        }
        System.exit(0);
    }

    private static final class Launcher implements Scheduler {
        private final CountDownLatch finished;
        private int launched;

        Launcher(CountDownLatch finished) {
            this.finished = finished;
        }

        @Override
        public void resourceOffers(Framework framework, List<Offer> offers) {
            var pool = OfferPool.of(offers);
            while (launched < TASKS) {
                var place = pool.place(Shape.cpus(0.1).mem(1));
                if (place.isEmpty()) {
                    break;
                }
                place.get().launch(TaskBuilder.task("task-" + launched++).shell("true"));
            }
            pool.answer(framework, Duration.ofMillis(1));
        }

        @Override
        public void update(Framework framework, TaskStatus status) {
            if (status.getState() == TaskState.TASK_FINISHED) {
                finished.countDown();
            }
        }
    }
}

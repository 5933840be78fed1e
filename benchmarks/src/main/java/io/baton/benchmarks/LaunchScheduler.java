package io.baton.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Launches a number of {@code true} tasks, so many at a time, and notes when each ran. All of them together fill the agent:
 * what is left over would be offered and declined without end.
 */
final class LaunchScheduler implements Scheduler {
    /** What the agent has that is measured. */
    static final String AGENT = "cpus:8;mem:8000;disk:10000";

    private static final double CPUS = 8;
    private static final double MEM = 8_000;
    private static final Duration NO_FILTER = Duration.ZERO;
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final int total;
    private final int inFlight;
    private final Shape shape;
    private final String prefix;
    private final Optional<ContainerInfo> container;
    private final AtomicInteger launched = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong firstLaunch = new AtomicLong();
    private final AtomicLong lastEnd = new AtomicLong();
    private final AtomicLong cpuAtStart = new AtomicLong();
    private final AtomicLong cpuAtEnd = new AtomicLong();
    private volatile ThreadTimes threadsAtStart;
    private volatile ThreadTimes threadsAtEnd;
    private final Map<String, Long> accepted = new ConcurrentHashMap<>();
    private final Histogram acceptToRunning = new ConcurrentHistogram(HIGHEST_MICROS, 3);
    private final CountDownLatch ended;

    /** @param inFlight most tasks launched and not ended; 1 for one after the other */
    LaunchScheduler(String prefix, int total, int inFlight) {
        this(prefix, total, inFlight, Optional.empty());
    }

    /** @param container what the tasks run in */
    LaunchScheduler(String prefix, int total, int inFlight, Optional<ContainerInfo> container) {
        this.container = container;
        this.prefix = prefix;
        this.total = total;
        this.inFlight = inFlight;
        this.shape = Shape.cpus(CPUS / inFlight).mem(Math.floor(MEM / inFlight));
        this.ended = new CountDownLatch(total);
    }

    @Override
    public void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        long now = System.nanoTime();
        while (launched.get() < total && running.get() < inFlight) {
            var place = pool.place(shape);
            if (place.isEmpty()) {
                break;
            }
            var id = prefix + launched.getAndIncrement();
            running.incrementAndGet();
            accepted.put(id, now);
            if (firstLaunch.compareAndSet(0, now)) {
                cpuAtStart.set(cpuNanos());
                threadsAtStart = ThreadTimes.now();
            }
            var task = TaskBuilder.task(id).shell("true");
            container.ifPresent(task::container);
            place.get().launch(task);
        }
        pool.answer(framework, NO_FILTER);
        framework.demand(launched.get() < total);
    }

    @Override
    public void update(Framework framework, TaskStatus status) {
        var id = status.getTaskId().getValue();
        if (status.getState() == TaskState.TASK_RUNNING) {
            var at = accepted.get(id);
            if (at != null) {
                acceptToRunning.recordValue(
                        Math.min(HIGHEST_MICROS, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - at)));
            }
        } else if (status.getState() != TaskState.TASK_STARTING && accepted.remove(id) != null) {
            if (status.getState() != TaskState.TASK_FINISHED) {
                failed.incrementAndGet();
            }
            running.decrementAndGet();
            lastEnd.set(System.nanoTime());
            if (ended.getCount() == 1) {
                cpuAtEnd.set(cpuNanos());
                threadsAtEnd = ThreadTimes.now();
            }
            ended.countDown();
        }
    }

    boolean await(Duration limit) throws InterruptedException {
        return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    int failed() {
        return failed.get();
    }

    double tasksPerSecond() {
        return total / ((lastEnd.get() - firstLaunch.get()) / 1e9);
    }

    /** Of the whole process, scheduler included. */
    double cpuMillisPerTask() {
        return (cpuAtEnd.get() - cpuAtStart.get()) / 1e6 / total;
    }

    /** Of the threads that work for this part. */
    double cpuMillisPerTask(ThreadTimes.Part part) {
        return (double) threadsAtEnd.since(threadsAtStart, part) / total;
    }

    double acceptToRunningMillis(double percentile) {
        return acceptToRunning.getValueAtPercentile(percentile) / 1e3;
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}

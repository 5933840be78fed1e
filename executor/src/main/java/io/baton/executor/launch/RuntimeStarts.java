package io.baton.executor.launch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Holds back the news that containers in images run until the runtime has begun their programs. It takes tens of
 * milliseconds of processor time for each: two hundred of them at a time, all half done, take longer than one after the other.
 *
 * <p>A runtime says nothing when it is so far. So its files are looked at, while there is somebody to look for.
 */
final class RuntimeStarts implements AutoCloseable {
    /** Between two looks. */
    static final Duration LOOK = Duration.ofMillis(5);

    /** News is not held longer: who wants to end a container that hangs has to know its process. */
    static final Duration MOST = Duration.ofSeconds(2);

    private static final long IDLE_SECONDS = 10;

    private record Held(Runnable tell, long since) {}

    private final Predicate<String> hasBegun;
    private final ScheduledThreadPoolExecutor looks;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private boolean looking;

    /** @param hasBegun whether the program of a container has begun; may block for a moment */
    RuntimeStarts(Predicate<String> hasBegun) {
        this.hasBegun = hasBegun;
        looks = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    var thread = new Thread(task, "baton-runtime-starts");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        looks.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        looks.allowCoreThreadTimeOut(true);
    }

    /** @param tell run once, when the program of the container has begun, or after {@link #MOST}, or by {@link #release} */
    synchronized void hold(String container, Runnable tell) {
        held.put(container, new Held(tell, System.nanoTime()));
        if (!looking) {
            lookSoon();
        }
    }

    /** Tells now, if that is not done: what follows is news that comes after it. */
    synchronized void release(String container) {
        var one = held.remove(container);
        if (one != null) {
            one.tell().run();
        }
    }

    private void lookSoon() {
        looking = true;
        looks.schedule(this::look, LOOK.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized Map<String, Held> all() {
        return new LinkedHashMap<>(held);
    }

    private void look() {
        all().forEach((container, one) -> {
            boolean late = System.nanoTime() - one.since() >= MOST.toNanos();
            if (late || hasBegun.test(container)) {
                release(container);
            }
        });
        synchronized (this) {
            looking = false;
            if (!held.isEmpty()) {
                lookSoon();
            }
        }
    }

    /** What is held is not told any more. */
    @Override
    public void close() {
        looks.shutdownNow();
    }
}

package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.offer.OfferPool;
import io.baton.sdk.offer.Shape;
import io.baton.sdk.offer.TaskBuilder;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Row 20 of the fault matrix: a scheduler stands still while a hundred thousand of its tasks end. */
@Tag("matrix")
@Timeout(900)
class PendingUpdatesTest {
    private static final int AGENTS = 10;
    private static final int TASKS_EACH = 10_000;
    private static final int TASKS = AGENTS * TASKS_EACH;
    /** Some 1,300 bytes for each task whose end waits; 71 and 98 MB were seen, and 50 MB is what we want. */
    private static final long MOST_GROWTH = 128L << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern ADDRESSES = Pattern.compile("master at (\\S+), agent links at (\\S+)");

    private static final Pattern ENDS = Pattern.compile("\"master/tasks_finished\":([0-9.E]+)");

    @TempDir
    private Path directory;

    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "agents");
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor();
    private final List<LinkedAgent> agents = new ArrayList<>();
    private Process master;

    @AfterEach
    void end() throws InterruptedException {
        beats.shutdownNow();
        system.terminate();
        if (master != null) {
            master.destroyForcibly().waitFor();
        }
    }

    /** Takes offers for as many tasks as there are to be; stands still when told to. */
    private static final class Sleeper implements Scheduler {
        private final AtomicInteger launched = new AtomicInteger();
        private final Set<String> running = ConcurrentHashMap.newKeySet();
        private final Set<String> finished = ConcurrentHashMap.newKeySet();
        private boolean asleep;

        @Override
        public void resourceOffers(Framework framework, List<Offer> offers) {
            var pool = OfferPool.of(offers);
            for (var place = pool.place(Shape.cpus(0.01).mem(1));
                    place.isPresent() && launched.get() < TASKS;
                    place = pool.place(Shape.cpus(0.01).mem(1))) {
                place.get()
                        .launch(TaskBuilder.task("t" + launched.getAndIncrement())
                                .shell(":"));
            }
            pool.launches().forEach(launch -> framework.launch(launch.offers(), launch.tasks()));
            framework.decline(pool.unused(), Duration.ofHours(1));
            framework.demand(launched.get() < TASKS); // What is offered to a sleeper would count as well.
        }

        @Override
        public synchronized void update(Framework framework, TaskStatus status) {
            while (asleep) {
                try {
                    wait();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            var task = status.getTaskId().getValue();
            (status.getState() == TaskState.TASK_FINISHED ? finished : running).add(task);
        }

        synchronized void sleep(boolean now) {
            asleep = now;
            notifyAll();
        }
    }

    @Test
    void row20AHundredThousandUpdatesWaitForASchedulerThatStandsStill() throws Exception {
        var addresses = startMaster();
        for (int i = 0; i < AGENTS; i++) {
            agents.add(LinkedAgent.start(system, addresses.get(1), "h" + i, TASKS_EACH / 100.0, TASKS_EACH));
        }
        beats.scheduleWithFixedDelay(() -> agents.forEach(LinkedAgent::beat), 1, 1, TimeUnit.SECONDS);
        // The SDK drops acknowledgements that find its queue full: the update comes again.
        beats.scheduleWithFixedDelay(() -> agents.forEach(LinkedAgent::sendAgain), 10, 10, TimeUnit.SECONDS);
        var scheduler = new Sleeper();
        try (var framework = Framework.builder()
                .masters(addresses.get(0))
                .name("sleeper")
                .failoverTimeout(Duration.ofHours(1))
                .start(scheduler)) {
            await("all run", () -> scheduler.running.size() == TASKS && unacknowledged() == 0);
            long before = liveBytes();

            scheduler.sleep(true);
            agents.forEach(LinkedAgent::finishAll);
            await("the master knows of each end", () -> endsAt(addresses.get(0)) == TASKS);
            beats.schedule(() -> agents.forEach(LinkedAgent::sendAgain), 0, TimeUnit.SECONDS)
                    .get();
            long growth = liveBytes() - before;
            scheduler.sleep(false);

            await("each end is told", () -> scheduler.finished.size() == TASKS && unacknowledged() == 0);
            assertThat(growth).isLessThan(MOST_GROWTH);
            assertThat(body(addresses.get(0) + "/metrics"))
                    .contains("baton_http_")
                    .doesNotContain("subscribers_dropped_total{reason=\"slow\"}");
            framework.teardown().join();
        }
        assertThat(agents).allMatch(agent -> !agent.lost().isDone());
    }

    private int unacknowledged() {
        return agents.stream().mapToInt(LinkedAgent::unacknowledged).sum();
    }

    private static void await(String what, Callable<Boolean> isSo) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(isSo);
    }

    private static int endsAt(String url) throws IOException, InterruptedException {
        var found = ENDS.matcher(body(url + "/metrics/snapshot"));
        return found.find() ? (int) Double.parseDouble(found.group(1)) : 0;
    }

    private static String body(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    /** @return its URL, and where it takes agent links */
    private List<String> startMaster() throws IOException {
        var builder = new ProcessBuilder(
                        Path.of("..", "baton").toRealPath().toString(),
                        "master",
                        "--port",
                        "0",
                        "--link-port",
                        "0",
                        "--work-dir",
                        directory.resolve("master").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("BATON_BUILD", "never");
        builder.environment().put("BATON_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("BATON_JAVA_OPTS", "-Xmx1500m");
        master = builder.start();
        var said = master.inputReader().readLine();
        var found = ADDRESSES.matcher(String.valueOf(said));
        assertThat(found.find()).as("the master said: %s", said).isTrue();
        return List.of(found.group(1), found.group(2));
    }

    /** What the master's heap holds after a full collection. */
    private long liveBytes() throws IOException {
        var jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(master.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        var histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var total = histogram.substring(histogram.lastIndexOf("Total")).strip().split(" +");
        return Long.parseLong(total[2]);
    }
}

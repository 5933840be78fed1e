package io.baton.cli.run;

import io.baton.cli.cluster.Cluster;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.sdk.Framework;
import io.baton.sdk.error.FrameworkException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one job as a framework of its own, which ends with it. */
public final class JobRunner {
    private static final int TIMED_OUT = 1;
    private static final Duration SUBSCRIBE = Duration.ofSeconds(15);
    private static final Duration KILL = Duration.ofSeconds(5);
    private static final long FIRST_REASON_MILLIS = 1_000;
    private static final long REASON_MILLIS = 10_000;

    private final Terminal terminal;
    private final Cluster cluster;
    private final String masters;
    private final String role;

    /** @param masters URLs, with commas between them */
    public JobRunner(Terminal terminal, Cluster cluster, String masters, String role) {
        this.terminal = terminal;
        this.cluster = cluster;
        this.masters = masters;
        this.role = role;
    }

    /**
     * Runs it to its end.
     *
     * @param limit null for none
     * @return the exit status of the first task that failed, else 0
     */
    public int run(JobSpec spec, Duration limit) throws InterruptedException {
        // Says at once if no master can be reached; the framework would try for longer.
        cluster.agents();
        var login = cluster.login();
        var job = new RunJob(spec, UUID.randomUUID().toString().substring(0, 6), terminal, login);
        var builder = Framework.builder();
        if (!login.principal().isEmpty()) {
            builder.credentials(login.principal(), login.secret());
        }
        var framework = builder.masters(login.reachable(masters))
                .token(login.token())
                .name("run " + spec.name())
                .roles(role)
                .failoverTimeout(Duration.ofSeconds(10))
                .start(job);
        var torn = new CountDownLatch(1);
        var hook = new Thread(() -> interrupted(job, framework, torn), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        var reasons = Executors.newSingleThreadScheduledExecutor(JobRunner::daemon);
        try {
            subscribe(framework);
            explain(reasons, job);
            return await(job, framework, limit);
        } finally {
            reasons.shutdownNow();
            end(framework);
            torn.countDown();
            removeHook(hook);
        }
    }

    private void subscribe(Framework framework) throws InterruptedException {
        try {
            framework.awaitSubscribed(SUBSCRIBE);
        } catch (FrameworkException e) {
            throw CommandFailure.failed("cannot run it: " + Shown.text(String.valueOf(e.getMessage())), e);
        }
    }

    private int await(RunJob job, Framework framework, Duration limit) throws InterruptedException {
        try {
            return limit == null ? job.ended().get() : job.ended().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException late) {
            terminal.say("not done within " + Shown.age(limit.toSeconds()) + ": ending its tasks");
            job.stop(framework);
            settle(job.ended());
            return TIMED_OUT;
        }
    }

    private void explain(ScheduledExecutorService reasons, RunJob job) {
        Runnable look = () -> {
            if (!job.isWaiting()) {
                return;
            }
            try {
                var agents = cluster.agents().getAgentsList();
                terminal.say("waiting for offers: " + WaitReason.of(job.spec().shape(), agents));
            } catch (CommandFailure unreachable) {
                terminal.say("waiting: " + unreachable.getMessage());
            }
        };
        reasons.scheduleWithFixedDelay(look, FIRST_REASON_MILLIS, REASON_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "why-waiting");
        thread.setDaemon(true);
        return thread;
    }

    /** Ctrl-C or SIGTERM: the JVM goes when this has returned. */
    private void interrupted(RunJob job, Framework framework, CountDownLatch torn) {
        if (torn.getCount() == 0) {
            return;
        }
        terminal.say("interrupted: ending its tasks");
        job.stop(framework);
        settle(job.ended());
        end(framework);
    }

    private static void end(Framework framework) {
        try {
            framework.teardown().get(KILL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException gone) {
            // Then the master ends it: its failover timeout is short.
            framework.close();
        }
    }

    private static void settle(CompletableFuture<Integer> ended) {
        try {
            ended.get(KILL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException late) {
            // The teardown that follows ends what is left.
            return;
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // The hook runs already, and waits for what we have just done.
            return;
        }
    }
}

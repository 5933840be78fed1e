package io.baton.executor.process;

import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Not a test: tasks a second through the supervision alone, against bare processes of the same JVM. */
public final class LaunchRate {
    private static final int TASKS = 3_000;
    private static final int WINDOW = 8;

    private LaunchRate() {}

    public static void main(String[] arguments) throws Exception {
        for (int round = 0; round < Integer.getInteger("rounds", 3); round++) {
            report("bare, 1 thread", () -> bare(1));
            report("bare, 2 threads", () -> bare(2));
            report("supervised, perl", () -> supervised(Path.of("/usr/bin/perl")));
            report("supervised, bash", () -> supervised(Path.of("/bin/bash")));
            report("supervised, sh", () -> supervised(Path.of("/bin/sh")));
        }
        System.exit(0);
    }

    /** CPU time of the JVM and all it starts is told only below a control group of its own. */
    private static void report(String name, Callable<Double> measure) throws Exception {
        var cpu = Path.of(System.getProperty("cpuacct", "/nowhere"), "cpuacct.usage");
        long before = Files.exists(cpu) ? Long.parseLong(Files.readString(cpu).strip()) : 0;
        double rate = measure.call();
        long after = Files.exists(cpu) ? Long.parseLong(Files.readString(cpu).strip()) : 0;
        System.out.printf("%s: %.0f/s, %d us of CPU each%n", name, rate, (after - before) / 1_000 / TASKS);
    }

    private static double bare(int threads) throws Exception {
        var pool = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        for (int i = 0; i < TASKS; i++) {
            pool.submit(() -> new ProcessBuilder("true").start().waitFor());
        }
        pool.shutdown();
        pool.awaitTermination(5, TimeUnit.MINUTES);
        return TASKS * 1e9 / (System.nanoTime() - start);
    }

    private static double supervised(Path shell) throws Exception {
        var directory = Files.createTempDirectory("rate");
        var ended = new CountDownLatch(TASKS);
        var window = new Semaphore(WINDOW);
        var listener = new Supervision.Listener() {
            @Override
            public void started(String container, Optional<ProcessIdentity> identity) {}

            @Override
            public void ended(String container, Verdict verdict) {
                window.release();
                ended.countDown();
            }
        };
        var sandboxes = new Sandboxes(directory);
        var pool = Executors.newFixedThreadPool(2);
        try (var supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(Path.of("/proc")), Optional.of(shell), listener)) {
            long start = System.nanoTime();
            for (int i = 0; i < TASKS; i++) {
                int number = i;
                window.acquire();
                pool.submit(() -> {
                    launch(directory, sandboxes, supervision, number);
                    return null;
                });
            }
            ended.await();
            double rate = TASKS * 1e9 / (System.nanoTime() - start);
            pool.shutdown();
            return rate;
        }
    }

    private static void launch(Path directory, Sandboxes sandboxes, Supervision supervision, int number)
            throws IOException {
        var container = UUID.randomUUID().toString();
        var sandbox = Sandboxes.locate(directory, "a", "f", "task-" + number, container);
        sandboxes.create(sandbox, Optional.empty());
        var environment = new TreeMap<String, String>();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("MESOS_SANDBOX", sandbox.toString());
        supervision.prepare(
                new Launch(container, sandbox, true, "true", new ArrayList<>(), Optional.empty(), environment));
        supervision.launch(List.of(container));
    }
}

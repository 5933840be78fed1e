package io.baton.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Memory and start-up of the processes as users start them. */
final class FootprintBench {
    private static final int CLI_RUNS = 7;
    private static final long SETTLE_SECONDS = 5;

    private FootprintBench() {}

    static Report run() throws IOException, InterruptedException {
        var report = new Report("footprint");
        long start = System.nanoTime();
        try (var dev = Baton.start("dev", "--port", "0", "--agent-port", "0")) {
            var master = urlIn(dev.awaitLine(line -> line.contains("ready at http://")));
            Baton.seconds("run", "--master", master, "--", "true");
            report.figure("dev_to_first_task_s", (System.nanoTime() - start) / 1e9, "s", 1);
            double quickest = Double.MAX_VALUE;
            for (int i = 0; i < CLI_RUNS; i++) {
                quickest = Math.min(quickest, Baton.seconds("tasks", "--master", master));
            }
            report.figure("cli_tasks_s", quickest, "s", CLI_RUNS);
            settle();
            report.figure("dev_rss_mb", dev.rssMb(), "MB", 1);
            report.figure("agent_rss_mb", agentRss(master), "MB", 1);
        }
        return report.condition(
                        "rss", "VmRSS " + SETTLE_SECONDS + " s after the last work; cli_tasks_s is the quickest run")
                .condition("real", "the launcher, a master and agents in processes of their own");
    }

    private static double agentRss(String master) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("baton-bench-agent-");
        var address = master.substring("http://".length());
        try (var agent = Baton.start(
                "agent", "--master", address, "--port", "0", "--work-dir", directory.toString(), "--ip", "127.0.0.1")) {
            agent.awaitLine(line -> line.contains("agent"));
            settle();
            return agent.rssMb();
        }
    }

    private static void settle() throws InterruptedException {
        new CountDownLatch(1).await(SETTLE_SECONDS, TimeUnit.SECONDS);
    }

    private static String urlIn(String line) {
        var from = line.substring(line.indexOf("http://"));
        int end = from.indexOf(' ');
        return end < 0 ? from : from.substring(0, end);
    }
}

package io.baton.distribution.demo;

import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Table;
import io.baton.cli.terminal.Terminal;
import io.baton.sdk.Framework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The word count on a cluster that runs. */
public final class Demo {
    /** Fewest tasks: one that maps, one that reduces. */
    public static final int LEAST_TASKS = 2;

    private static final int MOST_REDUCERS = 8;
    private static final int REDUCER_SHARE = 6;
    private static final int TOP = 10;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final String masterUrl;
    private final Path shared;
    private final Path home;

    /**
     * A demo that has not begun.
     *
     * @param shared an empty directory that tasks can write in
     * @param home where our own texts are
     */
    public Demo(Terminal terminal, String masterUrl, Path shared, Path home) {
        this.terminal = terminal;
        this.masterUrl = masterUrl;
        this.shared = shared;
        this.home = home;
    }

    /**
     * Runs it and prints the result.
     *
     * @param tasks how many processes to run
     * @return whether every task finished and the counts are right
     */
    public boolean run(int tasks) throws IOException, InterruptedException {
        var text = Texts.read(home);
        var expected = WordCount.count(text);
        var reducers = Math.max(1, Math.min(MOST_REDUCERS, tasks / REDUCER_SHARE));
        var letters = WordCount.letters(reducers);
        var pieces = WordCount.pieces(text, tasks - reducers);
        lay(pieces);
        terminal.say("counting the words of " + text.length / 1024 + " kB of text: " + pieces.size()
                + " map tasks, then " + reducers + " reduce tasks");
        var progress = new Progress(terminal);
        var scheduler = new DemoScheduler(
                maps(pieces.size(), letters), reduces(reducers), Map.of("SHARED", shared.toString()), progress::at);
        var begun = System.nanoTime();
        var outcome = outcome(scheduler);
        var seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
        var found = outcome.failed() == 0 ? collected(reducers) : new TreeMap<String, Long>();
        return report(outcome, seconds, expected, found);
    }

    private void lay(List<byte[]> pieces) throws IOException {
        for (var name : List.of("in", "map", "out")) {
            Files.createDirectories(shared.resolve(name));
        }
        for (var i = 0; i < pieces.size(); i++) {
            Files.write(shared.resolve("in").resolve(Integer.toString(i)), pieces.get(i));
        }
    }

    private static List<DemoScheduler.Work> maps(int pieces, List<String> letters) {
        var maps = new ArrayList<DemoScheduler.Work>();
        for (var i = 0; i < pieces; i++) {
            maps.add(new DemoScheduler.Work("map-" + i, WordCount.mapLine(i, letters)));
        }
        return maps;
    }

    private static List<DemoScheduler.Work> reduces(int reducers) {
        var reduces = new ArrayList<DemoScheduler.Work>();
        for (var i = 0; i < reducers; i++) {
            reduces.add(new DemoScheduler.Work("reduce-" + i, WordCount.reduceLine(i)));
        }
        return reduces;
    }

    private DemoScheduler.Outcome outcome(DemoScheduler scheduler) throws InterruptedException {
        var framework = Framework.builder()
                .masters(masterUrl)
                .name("word count")
                .failoverTimeout(Duration.ofSeconds(10))
                .start(scheduler);
        try {
            var outcome = scheduler.outcome().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            framework.teardown().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return outcome;
        } catch (ExecutionException e) {
            throw CommandFailure.failed(
                    "the word count broke off: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw CommandFailure.failed("the word count was not done within " + LIMIT.toMinutes() + " minutes", e);
        } finally {
            framework.close();
        }
    }

    private SortedMap<String, Long> collected(int reducers) throws IOException {
        var found = new TreeMap<String, Long>();
        for (var i = 0; i < reducers; i++) {
            WordCount.add(
                    WordCount.parse(Files.readAllBytes(shared.resolve("out").resolve(Integer.toString(i)))), found);
        }
        return found;
    }

    private boolean report(
            DemoScheduler.Outcome outcome,
            double seconds,
            SortedMap<String, Long> expected,
            SortedMap<String, Long> found) {
        var out = terminal.out();
        var table = new Table(List.of("WORD", "TIMES"));
        WordCount.top(found, TOP).forEach(count -> table.add(List.of(count.word(), Long.toString(count.times()))));
        if (!found.isEmpty()) {
            table.write(out, false);
            out.println();
        }
        var differences = WordCount.differences(expected, found);
        var right = differences.isEmpty();
        out.printf(
                Locale.ROOT,
                "words             %d, of which %d different; %s%n",
                WordCount.total(found),
                found.size(),
                right ? "the same as counted in this process" : "NOT as counted in this process");
        out.printf(Locale.ROOT, "tasks             %d processes, %d failed%n", outcome.tasks(), outcome.failed());
        out.printf(Locale.ROOT, "wall time         %.2f s, %.1f tasks/s%n", seconds, outcome.tasks() / seconds);
        out.println("accept to running " + outcome.acceptToRunning());
        out.println("offer to running  " + outcome.offerToRunning());
        out.flush();
        outcome.failures().stream().limit(TOP).forEach(failure -> terminal.say("failed: " + failure));
        differences.stream().limit(TOP).forEach(difference -> terminal.say("wrong count of " + difference));
        return right && outcome.failed() == 0;
    }
}

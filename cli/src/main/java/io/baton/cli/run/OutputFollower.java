package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.cluster.Login;
import io.baton.cli.terminal.Terminal;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Shows the output of running tasks: looks at each task's two files again and again, less often while they are quiet.
 *
 * <p>All work is done on one thread.
 */
final class OutputFollower implements AutoCloseable {
    private static final long QUICK_MILLIS = 50;
    private static final long SLOW_MILLIS = 500;
    private static final int MAX_FAILURES = 20;

    private final Terminal terminal;
    private final Login user;
    private final Map<String, Followed> followed = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var daemon = new Thread(task, "output");
        daemon.setDaemon(true);
        return daemon;
    });

    private static final class Followed {
        final List<FileTail> tails;
        long waitMillis = QUICK_MILLIS;
        int failures;

        Followed(List<FileTail> tails) {
            this.tails = tails;
        }
    }

    OutputFollower(Terminal terminal, Login user) {
        this.terminal = terminal;
        this.user = user;
    }

    /**
     * Follows a task's output from its beginning.
     *
     * @param agent URL of its agent
     * @param path of a file of its sandbox, by the file's name
     * @param prefix before each line; empty for none
     */
    void follow(String agent, String taskId, UnaryOperator<String> path, String prefix) {
        thread.execute(() -> {
            if (!followed.containsKey(taskId)) {
                var files = new AgentFiles(agent, user);
                var tails = List.of(
                        new FileTail(files, path.apply("stdout"), new LineWriter(terminal.out(), prefix)),
                        new FileTail(files, path.apply("stderr"), new LineWriter(terminal.err(), prefix)));
                followed.put(taskId, new Followed(tails));
                look(taskId);
            }
        });
    }

    private void look(String taskId) {
        var task = followed.get(taskId);
        if (task == null) {
            return;
        }
        var bytes = drained(taskId, task);
        task.waitMillis = bytes > 0 ? QUICK_MILLIS : Math.min(SLOW_MILLIS, task.waitMillis * 3 / 2);
        thread.schedule(() -> look(taskId), task.waitMillis, TimeUnit.MILLISECONDS);
    }

    private long drained(String taskId, Followed task) {
        var bytes = 0L;
        try {
            for (var tail : task.tails) {
                bytes += tail.drain();
            }
            task.failures = 0;
        } catch (IOException e) {
            if (++task.failures == MAX_FAILURES) {
                terminal.say("cannot read the output of " + taskId + " from its agent: " + AgentFiles.reason(e)
                        + "; still trying");
            }
        }
        return bytes;
    }

    /** Shows the rest of an ended task's output, then does this. */
    void finish(String taskId, Runnable then) {
        thread.execute(() -> {
            var task = followed.remove(taskId);
            if (task != null) {
                drained(taskId, task);
                task.tails.forEach(FileTail::end);
                if (task.failures > 0) {
                    terminal.say("the last output of " + taskId + " could not be read; try: baton logs " + taskId);
                }
            }
            then.run();
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package io.baton.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Processor time of this JVM's threads so far, summed by what they do. Of threads that have ended nothing is known.
 *
 * @param millis by part, in milliseconds
 */
record ThreadTimes(Map<Part, Long> millis) {
    /** What a thread works for, told by its name; Linux keeps the first 15 characters of it. */
    enum Part {
        /** The compiler of the JVM: nothing once it is warm. */
        JIT("C1 CompilerThre", "C2 CompilerThre"),
        /** The garbage collector. */
        GC("GC Thread", "G1 "),
        /** Actors and streams of master and agent: HTTP, sessions, ledgers, link, books. */
        ACTORS("baton-pekko"),
        /** The agent's work on the host: sandboxes, launch scripts, journal, news of processes. */
        HOST("baton-baton.age", "baton-task-even"),
        /** The scheduler's side: the SDK. */
        SCHEDULER("baton-bench");

        private final String[] names;

        Part(String... names) {
            this.names = names;
        }

        private boolean has(String name) {
            for (var beginning : names) {
                if (name.startsWith(beginning)) {
                    return true;
                }
            }
            return false;
        }
    }

    // Fields of proc(5) stat after the name; ticks are hundredths of a second on Linux.
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final long TICK_MILLIS = 10;

    static ThreadTimes now() {
        var sums = new LinkedHashMap<Part, Long>();
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            for (var thread : threads.toList()) {
                add(sums, thread.resolve("stat"));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new ThreadTimes(sums);
    }

    private static void add(Map<Part, Long> sums, Path stat) throws IOException {
        String text;
        try {
            text = Files.readString(stat, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException ended) {
            return;
        }
        var name = text.substring(text.indexOf('(') + 1, text.lastIndexOf(')'));
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        long used = (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) * TICK_MILLIS;
        for (var part : Part.values()) {
            if (part.has(name)) {
                sums.merge(part, used, Long::sum);
            }
        }
    }

    /** Since then; never below zero. */
    long since(ThreadTimes earlier, Part part) {
        return Math.max(0, millis.getOrDefault(part, 0L) - earlier.millis.getOrDefault(part, 0L));
    }
}

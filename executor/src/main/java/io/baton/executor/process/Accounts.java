package io.baton.executor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The host's users, asked of the system's own name service. Answers are kept: a user's number does not change. */
public final class Accounts {
    /** Most answers kept; a host with more users asks again. */
    static final int MAX_KEPT = 1_000;

    /** So long a name service may take to answer; what asks it is ended then. */
    private static final long PATIENCE_SECONDS = 10;

    /** So long a name that nobody has is not asked for again. */
    private static final long MISS_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So long the groups of a user are taken for what they are. */
    private static final long GROUPS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int FIELDS = 6;

    private record Groups(List<Long> ids, long askedAt) {}

    private final String getent;
    private final String id;
    private final long patienceNanos;
    private final ConcurrentHashMap<String, Account> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> missedAt = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Groups> groups = new ConcurrentHashMap<>();

    /** Asks the host's own programs. */
    public Accounts() {
        this("getent", "id", TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
    }

    /**
     * Asks these.
     *
     * @param patienceNanos for each answer
     */
    Accounts(String getent, String id, long patienceNanos) {
        this.getent = getent;
        this.id = id;
        this.patienceNanos = patienceNanos;
    }

    /**
     * The user of this name; empty if the host has none. Blocks while the name service is asked.
     *
     * @throws IOException if the name service cannot be asked
     */
    public Optional<Account> find(String name) throws IOException {
        if (name.isEmpty() || name.startsWith("-") || name.indexOf('\0') >= 0 || name.indexOf(':') >= 0) {
            return Optional.empty();
        }
        var kept = known.get(name);
        if (kept != null) {
            return Optional.of(kept);
        }
        var missed = missedAt.get(name);
        if (missed != null && System.nanoTime() - missed < MISS_NANOS) {
            return Optional.empty();
        }
        var found = parse(name, ask(List.of(getent, "passwd", name)));
        if (found.isPresent()) {
            keep(known, name, found.get());
        } else {
            keep(missedAt, name, System.nanoTime());
        }
        return found;
    }

    private static <T> void keep(Map<String, T> answers, String name, T answer) {
        if (answers.size() >= MAX_KEPT) {
            answers.clear();
        }
        answers.put(name, answer);
    }

    /**
     * The same account with the user's other groups, as they are now or were a minute ago. Blocks as {@link #find} does.
     *
     * @throws IOException if the name service cannot be asked, and never could
     */
    public Account withGroups(Account account) throws IOException {
        var name = account.name();
        var kept = groups.get(name);
        if (kept != null && System.nanoTime() - kept.askedAt() < GROUPS_NANOS) {
            return account.with(kept.ids());
        }
        try {
            var asked = numbers(name, ask(List.of(id, "-G", name)));
            keep(groups, name, new Groups(asked, System.nanoTime()));
            return account.with(asked);
        } catch (IOException silent) {
            if (kept == null) {
                throw silent;
            }
            return account.with(kept.ids());
        }
    }

    private static List<Long> numbers(String name, String line) throws IOException {
        try {
            return Arrays.stream(line.strip().split("\\s+")).map(Long::valueOf).toList();
        } catch (NumberFormatException none) {
            throw new IOException("the groups of user '" + name + "' cannot be found", none);
        }
    }

    /** {@code getent} also takes a number for a name; only the line of that very name is believed. */
    static Optional<Account> parse(String name, String line) {
        var fields = line.strip().split(":", -1);
        if (fields.length < FIELDS || !fields[0].equals(name)) {
            return Optional.empty();
        }
        return Optional.of(new Account(name, Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5]));
    }

    /** An answer is a line, for which a pipe has room: nobody needs to read until it is there. */
    private String ask(List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(patienceNanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("'" + String.join(" ", command) + "' did not end within "
                        + TimeUnit.NANOSECONDS.toSeconds(patienceNanos) + " s: the name service does not answer");
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the name service", stop);
        } finally {
            process.destroyForcibly();
        }
    }
}

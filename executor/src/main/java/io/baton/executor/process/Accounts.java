package io.baton.executor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The host's users, asked of the system's own name service. Answers are kept for a minute, and for longer only while it does not
 * answer: a user may be removed, and somebody else get that number.
 */
public final class Accounts {
    /** Most answers kept; a host with more users asks again. */
    static final int MAX_KEPT = 1_000;

    /** So long a name service may take to answer; what asks it is ended then. */
    private static final long PATIENCE_SECONDS = 10;

    /** So long a name that nobody has is not asked for again. */
    private static final long MISS_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So long a user and its groups are taken for what they are. */
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** How getent(1) ends if there is no such user, and id(1), which then says nothing. */
    private static final int NO_SUCH_KEY = 2;

    private static final int NO_SUCH_USER = 1;

    private static final int FIELDS = 6;

    private record Known<T>(T answer, long askedAt) {}

    /** What a program said, and how it ended. */
    private record Said(String text, int status) {}

    private final String getent;
    private final String id;
    private final long patienceNanos;
    private final LongSupplier clock;
    private final ConcurrentHashMap<String, Known<Account>> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> missedAt = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Known<List<Long>>> groups = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> silent = new ConcurrentHashMap<>();

    /** Asks the host's own programs. */
    public Accounts() {
        this("getent", "id", TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), System::nanoTime);
    }

    /**
     * Asks these.
     *
     * @param patienceNanos for each answer
     * @param clock such as {@link System#nanoTime}
     */
    Accounts(String getent, String id, long patienceNanos, LongSupplier clock) {
        this.getent = getent;
        this.id = id;
        this.patienceNanos = patienceNanos;
        this.clock = clock;
    }

    /**
     * The user of this name; empty if the host has none. Blocks while the name service is asked; one of those that want a user
     * who was known asks, and the others take what was known before.
     *
     * @throws IOException if the name service cannot be asked, and never could
     */
    public Optional<Account> find(String name) throws IOException {
        if (name.isEmpty() || name.startsWith("-") || name.indexOf('\0') >= 0 || name.indexOf(':') >= 0) {
            return Optional.empty();
        }
        var kept = known.get(name);
        if (isFresh(kept)) {
            return Optional.of(kept.answer());
        }
        var missed = missedAt.get(name);
        if (kept == null && missed != null && clock.getAsLong() - missed < MISS_NANOS) {
            return Optional.empty();
        }
        if (kept != null) {
            keep(known, name, new Known<>(kept.answer(), clock.getAsLong()));
        }
        try {
            var said = ask(List.of(getent, "passwd", name));
            var found = parse(name, said.text());
            if (found.isEmpty() && kept != null && said.status() != 0 && said.status() != NO_SUCH_KEY) {
                return Optional.of(kept.answer());
            }
            if (found.isPresent()) {
                keep(known, name, new Known<>(found.get(), clock.getAsLong()));
            } else {
                known.remove(name);
                keep(missedAt, name, clock.getAsLong());
            }
            return found;
        } catch (IOException without) {
            if (kept == null) {
                throw without;
            }
            return Optional.of(kept.answer());
        }
    }

    private boolean isFresh(Known<?> kept) {
        return kept != null && clock.getAsLong() - kept.askedAt() < KEPT_NANOS;
    }

    private static <T> void keep(Map<String, T> answers, String name, T answer) {
        if (answers.size() >= MAX_KEPT) {
            answers.clear();
        }
        answers.put(name, answer);
    }

    /**
     * The same account with the user's other groups, as they are now or were when the name service last answered. Blocks as
     * {@link #find} does; one of those that want them asks, and the others take what was known before.
     *
     * @throws IOException if the name service cannot be asked, and never could
     */
    public Account withGroups(Account account) throws IOException {
        var name = account.name();
        var kept = groups.get(name);
        if (isFresh(kept)) {
            return account.with(kept.answer());
        }
        var failed = silent.get(name);
        if (kept == null && failed != null && clock.getAsLong() - failed < MISS_NANOS) {
            throw noGroups(name, null);
        }
        if (kept != null) {
            keep(groups, name, new Known<>(kept.answer(), clock.getAsLong()));
        }
        boolean gone = false;
        try {
            var said = ask(List.of(id, "-G", name));
            gone = said.status() == NO_SUCH_USER && said.text().isBlank();
            var asked = numbers(name, said);
            keep(groups, name, new Known<>(asked, clock.getAsLong()));
            return account.with(asked);
        } catch (IOException without) {
            if (kept == null || gone) {
                groups.remove(name);
                keep(silent, name, clock.getAsLong());
                throw without;
            }
            return account.with(kept.answer());
        }
    }

    private static IOException noGroups(String name, Exception cause) {
        return new IOException("the groups of user '" + name + "' cannot be found", cause);
    }

    /** What it said only counts if it did all that it was to do. */
    private List<Long> numbers(String name, Said said) throws IOException {
        if (said.status() != 0) {
            throw new IOException("'" + id + " -G " + name + "' ended with status " + said.status());
        }
        try {
            return Arrays.stream(said.text().strip().split("\\s+"))
                    .map(Long::valueOf)
                    .toList();
        } catch (NumberFormatException none) {
            throw noGroups(name, none);
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
    private Said ask(List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(patienceNanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("'" + String.join(" ", command) + "' did not end within "
                        + TimeUnit.NANOSECONDS.toSeconds(patienceNanos) + " s: the name service does not answer");
            }
            return new Said(
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8), process.exitValue());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the name service", stop);
        } finally {
            process.destroyForcibly();
        }
    }
}

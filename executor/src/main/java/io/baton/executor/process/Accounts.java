package io.baton.executor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The host's users, asked of the system's own name service. Answers are kept: a user's number does not change. */
public final class Accounts {
    /** Most answers kept; a host with more users asks again. */
    static final int MAX_KEPT = 1_000;

    private static final long PATIENCE_SECONDS = 10;
    private static final int FIELDS = 6;

    private final ConcurrentHashMap<String, Account> known = new ConcurrentHashMap<>();

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
        var found = parse(name, ask(name));
        if (known.size() >= MAX_KEPT) {
            known.clear();
        }
        found.ifPresent(account -> known.put(name, account));
        return found;
    }

    /** {@code getent} also takes a number for a name; only the line of that very name is believed. */
    static Optional<Account> parse(String name, String line) {
        var fields = line.strip().split(":", -1);
        if (fields.length < FIELDS || !fields[0].equals(name)) {
            return Optional.empty();
        }
        return Optional.of(new Account(name, Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5]));
    }

    private static String ask(String name) throws IOException {
        var process = new ProcessBuilder("getent", "passwd", name)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("'getent passwd " + name + "' did not end within " + PATIENCE_SECONDS + " s");
            }
            return out;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking for user " + name, stop);
        } finally {
            process.destroyForcibly();
        }
    }
}

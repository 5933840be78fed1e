package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is missing between the newest snapshot and the log that goes on from it. */
final class LogHoles {
    /** Ratis's names of the directories of what counts. What it was in the midst of lies in others. */
    private static final String SEGMENTS = "current";

    private static final String SNAPSHOTS = "sm";

    /** A segment that is closed or written to, by its first entry. */
    private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?([0-9]+)(?:-[0-9]+)?");

    /** By its last entry. */
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.[0-9]+_([0-9]+)");

    private LogHoles() {}

    /**
     * Looks at the names of the files, before anything is started of them: Ratis would look for the missing entries for
     * ever, and could not be stopped.
     *
     * @throws IOException if a log begins after the state it belongs to: less data must never pass for all
     */
    static void refuse(VoterFiles files) throws IOException {
        if (!Files.isDirectory(files.log())) {
            return;
        }
        // In this order: whoever takes a snapshot writes it before it removes what it makes up for.
        var first = number(files.log(), SEGMENTS, SEGMENT, true);
        long applied = number(files.log(), SNAPSHOTS, SNAPSHOT, false).orElse(-1);
        if (first.isPresent() && first.getAsLong() > applied + 1) {
            throw new IOException("the snapshot before entry " + first.getAsLong() + " is missing in '" + files.log()
                    + "': move the directory '" + files.directory() + "' away, and this master joins the others anew");
        }
    }

    private static OptionalLong number(Path log, String directory, Pattern name, boolean least) throws IOException {
        try (var all = Files.walk(log)) {
            var numbers = all.filter(file -> file.getParent().endsWith(directory))
                    .map(file -> name.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(found -> Long.parseLong(found.group(1)));
            return least ? numbers.min() : numbers.max();
        } catch (UncheckedIOException changing) {
            throw changing.getCause();
        }
    }
}

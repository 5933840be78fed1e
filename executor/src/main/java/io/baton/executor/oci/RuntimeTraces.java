package io.baton.executor.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a runtime has left of a container that did not end with 0: they tell whether it ever ran. The status does not, a
 * runtime that fails ends with 1 like many a program.
 *
 * @param bundle has the runtime's log
 * @param state where the runtime has written down the container, before the container's program could begin
 * @param keeps whether that is still there when a container that ran has ended
 */
record RuntimeTraces(Path bundle, Path state, boolean keeps) {
    /** Name of the runtime's log, in JSON, in the bundle. */
    static final String LOG = "log";

    /** By runc, by crun. */
    private static final List<String> WRITTEN_DOWN = List.of("state.json", "status");

    private static final int MAX_LOG_LINES = 1_000;

    /** With less than this a runtime can write down neither a container nor why not. */
    private static final long FULL_BYTES = 64 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty if it ran, as far as can be told. */
    Optional<String> whyItNeverRan() throws IOException {
        var log = bundle.resolve(LOG);
        if (!Files.exists(log)) {
            return Optional.of(explained("Failed to launch container: the runtime did not begin; its stderr says why"));
        }
        try (var lines = Files.lines(log)) {
            var failure = lines.limit(MAX_LOG_LINES)
                    .flatMap(line -> failure(line).stream())
                    .findFirst();
            if (failure.isPresent()) {
                return Optional.of(explained("Failed to launch container: " + failure.get()));
            }
        }
        return keeps && WRITTEN_DOWN.stream().map(state::resolve).noneMatch(Files::exists)
                ? Optional.of(explained("Failed to launch container: the runtime ended without a word"))
                : Optional.empty();
    }

    /** On a full disk the runtime's own words get lost, or are about something else. */
    private String explained(String why) throws IOException {
        return Files.getFileStore(bundle).getUnallocatedSpace() < FULL_BYTES
                ? why + ". The disk of " + bundle + " is full (No space left on device): make room on the disk of this"
                        + " agent's work directory"
                : why;
    }

    private static Optional<String> failure(String line) {
        try {
            var entry = JSON.readTree(line);
            var level = entry.path("level").asText();
            return level.equals("error") || level.equals("fatal")
                    ? Optional.of(entry.path("msg").asText())
                    : Optional.empty();
        } catch (JsonProcessingException words) {
            return Optional.empty();
        }
    }
}

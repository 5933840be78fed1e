package io.baton.executor.oci;

import io.baton.executor.process.HostPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the host to its end. Blocks. */
final class HostCommand {
    /** As much of what a program says is kept. */
    static final int MAX_WORDS_BYTES = 4_096;

    private HostCommand() {}

    /** How it ended, and what it said to either output, the end of that. */
    record Result(int status, String words) {}

    /**
     * Runs it.
     *
     * @throws IOException if it cannot be started or does not end in time
     */
    static Result run(List<String> command, long seconds) throws IOException {
        var words = Files.createTempFile("baton-command-", ".out");
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", HostPrograms.SEARCH_PATH);
            var process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("'" + command.get(0) + "' did not end within " + seconds + " s");
            }
            return new Result(process.exitValue(), end(words));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } finally {
            Files.deleteIfExists(words);
        }
    }

    private static String end(Path words) throws IOException {
        try (var file = Files.newByteChannel(words)) {
            file.position(Math.max(0, file.size() - MAX_WORDS_BYTES));
            var buffer = java.nio.ByteBuffer.allocate(MAX_WORDS_BYTES);
            while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                // Until it is full or the file ends.
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        }
    }
}

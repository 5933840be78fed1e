package io.baton.executor.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the pipe into which spawners and supervisors write their news, on a thread of its own. */
final class TaskEvents implements AutoCloseable {
    private static final int BUFFER_BYTES = 65_536;
    private static final int SHELLS_WORDS = 3;
    private static final int ALL_WORDS = 6;
    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(TaskEvents.class);

    /** Hears the news, on the reading thread: must not block. */
    interface Listener {
        /** A task runs. The identity is missing if it was over before anybody could look. */
        void started(String container, Optional<ProcessIdentity> identity);

        /** A task is over. */
        void ended(String container, Verdict verdict);

        /** A spawner of two has become one, of this number: it does for its tasks, but the next are to have two again. */
        void halved(long pid);
    }

    private final Path pipe;
    private final ExitFiles exits;
    private final Listener listener;
    private final RandomAccessFile events;
    private final Thread reader;
    private volatile boolean closed;

    /** Begins to read a pipe that is there. */
    TaskEvents(Path pipe, ExitFiles exits, Listener listener) throws IOException {
        this.pipe = pipe;
        this.exits = exits;
        this.listener = listener;
        events = new RandomAccessFile(pipe.toFile(), "rw");
        reader = new Thread(this::readEvents, "baton-task-events");
        reader.setDaemon(true);
        reader.start();
    }

    /** One reader; a batch of lines at a time. A line is never longer than a pipe takes at once, so none is mixed up. */
    private void readEvents() {
        var buffer = new byte[BUFFER_BYTES];
        var rest = "";
        while (!closed) {
            try {
                int count = events.read(buffer);
                var text = rest + new String(buffer, 0, Math.max(count, 0), StandardCharsets.US_ASCII);
                int end = text.lastIndexOf('\n') + 1;
                rest = text.substring(end);
                tell(text.substring(0, end));
            } catch (IOException broken) {
                if (!closed) {
                    LOG.error("cannot read {}: {}", pipe, broken.getMessage());
                }
                return;
            } catch (RuntimeException | Error untold) {
                // It is in the files, where the agent looks now and then; what comes next is to be told here again.
                LOG.error("not all that came through {} is told", pipe, untold);
            }
        }
    }

    private void tell(String lines) {
        var started = new LinkedHashMap<String, String[]>();
        var ended = new LinkedHashMap<String, Integer>();
        for (var line : lines.split("\n")) {
            var words = line.split(" ");
            if (words[0].equals("S") && (words.length == SHELLS_WORDS || words.length == ALL_WORDS)) {
                started.put(words[1], words);
            } else if (words[0].equals("E") && words.length == SHELLS_WORDS) {
                ended.put(words[1], Integer.parseInt(words[2]));
            } else if (words[0].equals("L") && words.length == 2) {
                listener.halved(Long.parseLong(words[1]));
            }
        }
        // Looking up a process that is known to be over would be wasted.
        started.forEach((container, words) -> listener.started(
                container, ended.containsKey(container) ? Optional.empty() : identify(container, words)));
        ended.forEach((container, status) -> listener.ended(container, verdict(container, status)));
    }

    /** From news of a start: S, the container, its process, and from perl all that is to be known. */
    private Optional<ProcessIdentity> identify(String container, String[] words) {
        var numbers = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
        return words.length == ALL_WORDS
                ? Optional.of(new ProcessIdentity(numbers[0], numbers[1], numbers[2], numbers[3]))
                : exits.identify(container, numbers[0]);
    }

    /** Zero is always a clean end; of anything else the file tells more than the number. */
    private Verdict verdict(String container, int status) {
        if (status == 0) {
            return new Verdict.Exited(0);
        }
        try {
            return exits.read(container).verdict().orElse(new Verdict.Exited(status));
        } catch (IOException unreadable) {
            LOG.warn("cannot read the verdict of {}: {}", container, unreadable.getMessage());
            return new Verdict.Exited(status);
        }
    }

    /** Stops reading. */
    @Override
    public void close() throws IOException {
        closed = true;
        events.write('\n');
        try {
            reader.join(CLOSE_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        events.close();
    }
}

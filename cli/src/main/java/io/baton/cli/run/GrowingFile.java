package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles.Part;
import io.baton.v1.FileInfo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A file of a sandbox that is read as it grows. When the agent rotates it, what was not read yet is found in
 * {@code stdout.1} and what went before that in {@code stdout.2}.
 */
final class GrowingFile {
    private static final int PART_BYTES = 256 * 1024;

    /** Where files are read. */
    interface Source {
        Part read(String path, long offset, long length) throws IOException;

        List<FileInfo> list(String directory) throws IOException;
    }

    /** Takes what is read. */
    interface Sink {
        void write(byte[] bytes);
    }

    /** Of a file that will not change any more, whatever its name. */
    private record Identity(long size, long modified) {}

    private final Source source;
    private final String path;
    private final Sink sink;
    private Optional<Identity> newest = Optional.empty();
    private boolean looked;
    private long offset;

    GrowingFile(Source source, String path, Sink sink) {
        this.source = source;
        this.path = path;
        this.sink = sink;
    }

    /** Goes on from here. */
    void skipTo(long bytes) {
        offset = bytes;
    }

    /**
     * Passes on all there is now.
     *
     * @return how many bytes that were
     * @throws FileNotFoundException if there is no such file, perhaps not yet
     */
    long drain() throws IOException {
        var former = rotated();
        long count = 0;
        var last = former.stream().findFirst().map(GrowingFile::identity);
        if (looked && !last.equals(newest)) {
            count = drainFormer(former);
        }
        looked = true;
        newest = last;
        return count + drain(path, Long.MAX_VALUE);
    }

    /** What was rotated since, oldest first. */
    private long drainFormer(List<FileInfo> former) throws IOException {
        var known = former.stream().map(GrowingFile::identity).toList();
        int unseen = newest.map(known::indexOf).filter(i -> i >= 0).orElse(former.size());
        long count = 0;
        for (int i = unseen - 1; i >= 0; i--) {
            var file = former.get(i);
            if (offset >= file.getSize()) {
                offset -= file.getSize();
            } else {
                count += drain(file.getPath(), file.getSize());
                offset = 0;
            }
        }
        offset = 0;
        return count;
    }

    private long drain(String from, long end) throws IOException {
        long count = 0;
        Part part;
        do {
            part = source.read(from, offset, Math.min(PART_BYTES, end - offset));
            offset += part.bytes().length;
            count += part.bytes().length;
            sink.write(part.bytes());
        } while (part.bytes().length > 0 && offset < part.size() && offset < end);
        return count;
    }

    /** The files it was rotated to, the newest first; their numbers change, their size and time do not. */
    private List<FileInfo> rotated() throws IOException {
        var beginning = path.substring(path.lastIndexOf('/') + 1) + ".";
        return source.list(path.substring(0, path.lastIndexOf('/'))).stream()
                .filter(file -> number(file, beginning) > 0)
                .sorted(Comparator.comparingInt(file -> number(file, beginning)))
                .toList();
    }

    private static Identity identity(FileInfo file) {
        return new Identity(file.getSize(), file.getMtime().getNanoseconds());
    }

    private static int number(FileInfo file, String beginning) {
        var name = file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
        var rest = name.startsWith(beginning) ? name.substring(beginning.length()) : "";
        return rest.matches("[0-9]{1,6}") ? Integer.parseInt(rest) : 0;
    }
}

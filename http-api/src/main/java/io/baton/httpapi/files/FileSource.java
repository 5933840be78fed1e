package io.baton.httpapi.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;

/** Where the files come from that clients may see. Everything here blocks. */
public interface FileSource {
    /** Of a process that shows no files. */
    FileSource NONE = new FileSource() {
        @Override
        public List<Entry> list(String path, int atMost) throws NoFileException {
            throw refused(path);
        }

        @Override
        public OpenFile open(String path) throws NoFileException {
            throw refused(path);
        }

        private NoFileException refused(String path) {
            return PathRules.problem(path).map(NoFileException::badRequest).orElseGet(NoFileException::notFound);
        }
    };

    /**
     * An entry of a directory.
     *
     * @param name within the directory
     */
    record Entry(String name, PosixFileAttributes attributes) {}

    /**
     * A plain file, open for reading. Whoever has it closes it.
     *
     * @param key the same for the same file, whatever it is called
     */
    record OpenFile(String name, SeekableByteChannel channel, Object key) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** What is in a directory, by name; nothing in a file. */
    List<Entry> list(String path, int atMost) throws NoFileException, IOException;

    /** Opens a plain file. */
    OpenFile open(String path) throws NoFileException, IOException;
}

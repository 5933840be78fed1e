package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Reads one growing file of a sandbox from where it last stopped. */
public final class FileTail {
    private static final int PART_BYTES = 256 * 1024;

    private final AgentFiles files;
    private final String path;
    private final LineWriter out;
    private long offset;

    FileTail(AgentFiles files, String path, LineWriter out) {
        this.files = files;
        this.path = path;
        this.out = out;
    }

    /**
     * Passes on all there is now.
     *
     * @return how many bytes that were; none as well if the file does not exist (yet)
     */
    long drain() throws IOException {
        var before = offset;
        try {
            AgentFiles.Part part;
            do {
                part = files.read(path, offset, PART_BYTES);
                offset += part.bytes().length;
                out.write(part.bytes());
            } while (part.bytes().length > 0 && offset < part.size());
        } catch (FileNotFoundException notYet) {
            return offset - before;
        }
        return offset - before;
    }

    void end() {
        out.end();
    }
}

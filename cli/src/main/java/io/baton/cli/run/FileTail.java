package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Reads one growing file of a sandbox from where it last stopped. */
public final class FileTail {
    private final GrowingFile file;
    private final LineWriter out;

    FileTail(AgentFiles files, String path, LineWriter out) {
        this.file = new GrowingFile(AgentSource.of(files), path, out::write);
        this.out = out;
    }

    /**
     * Passes on all there is now.
     *
     * @return how many bytes that were; none as well if the file does not exist (yet)
     */
    long drain() throws IOException {
        try {
            return file.drain();
        } catch (FileNotFoundException notYet) {
            return 0;
        }
    }

    void end() {
        out.end();
    }
}

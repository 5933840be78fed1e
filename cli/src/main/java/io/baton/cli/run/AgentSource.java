package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import io.baton.v1.FileInfo;
import java.io.IOException;
import java.util.List;

/** Files in the sandboxes of an agent, as what grows is read. */
record AgentSource(AgentFiles files) implements GrowingFile.Source {
    static GrowingFile.Source of(AgentFiles files) {
        return new AgentSource(files);
    }

    @Override
    public AgentFiles.Part read(String path, long offset, long length) throws IOException {
        return files.read(path, offset, length);
    }

    @Override
    public List<FileInfo> list(String directory) throws IOException {
        return files.list(directory);
    }
}

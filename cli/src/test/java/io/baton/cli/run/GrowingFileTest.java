package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.cluster.AgentFiles.Part;
import io.baton.v1.FileInfo;
import io.baton.v1.TimeInfo;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GrowingFileTest {
    private record Content(String text, long modified) {}

    private static final class Sandbox implements GrowingFile.Source {
        private final Map<String, Content> files = new TreeMap<>(Map.of("/s/stdout", new Content("", 0)));
        private long clock;

        void write(String text) {
            files.merge(
                    "/s/stdout", new Content(text, ++clock), (a, b) -> new Content(a.text() + b.text(), b.modified()));
        }

        void rotate() {
            for (int i = 5; i > 0; i--) {
                var former = files.remove("/s/stdout." + i);
                if (former != null && i < 5) {
                    files.put("/s/stdout." + (i + 1), former);
                }
            }
            files.put("/s/stdout.1", files.put("/s/stdout", new Content("", ++clock)));
        }

        @Override
        public Part read(String path, long offset, long length) throws IOException {
            if (!files.containsKey(path)) {
                throw new FileNotFoundException(path);
            }
            var all = files.get(path).text().getBytes(StandardCharsets.UTF_8);
            int from = (int) Math.min(offset, all.length);
            return new Part(all.length, Arrays.copyOfRange(all, from, (int) Math.min(all.length, from + length)));
        }

        @Override
        public List<FileInfo> list(String directory) {
            return files.entrySet().stream()
                    .map(e -> FileInfo.newBuilder()
                            .setPath(e.getKey())
                            .setSize(e.getValue().text().length())
                            .setMtime(TimeInfo.newBuilder()
                                    .setNanoseconds(e.getValue().modified()))
                            .build())
                    .toList();
        }
    }

    private final Sandbox sandbox = new Sandbox();
    private final StringBuilder read = new StringBuilder();
    private final GrowingFile file =
            new GrowingFile(sandbox, "/s/stdout", bytes -> read.append(new String(bytes, StandardCharsets.UTF_8)));

    @Test
    void readsWhatIsAdded() throws IOException {
        sandbox.write("one ");
        file.drain();
        sandbox.write("two ");

        assertThat(file.drain()).isEqualTo(4);
        assertThat(read).hasToString("one two ");
    }

    @Test
    void goesOnAcrossRotations() throws IOException {
        sandbox.write("old ");
        sandbox.rotate();
        sandbox.write("one ");
        file.drain();
        sandbox.write("two ");
        sandbox.rotate();
        sandbox.write("three ");
        sandbox.rotate();
        sandbox.write("a longer four ");
        file.drain();
        sandbox.rotate();
        file.drain();
        sandbox.write("five");
        file.drain();

        assertThat(read).hasToString("one two three a longer four five");
    }

    @Test
    void whatWasDroppedIsNotWaitedFor() throws IOException {
        sandbox.write("read ");
        file.drain();
        for (int i = 0; i < 8; i++) {
            sandbox.write("x");
            sandbox.rotate();
        }
        sandbox.write("end");
        file.drain();

        assertThat(read.toString()).startsWith("read ").endsWith("end");
    }
}

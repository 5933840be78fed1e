package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemovedVoterTest {
    @TempDir
    private Path directory;

    @Test
    void aMasterThatWasRemovedEndsWithWhatToDoAboutItsFiles() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.put("a", "k", "v");
            masters.stop("c");
            masters.replica("a")
                    .changeVoters(now ->
                            now.stream().filter(v -> !v.master().equals("c")).toList());

            masters.restart("c");

            assertThat(Masters.await(masters.nodes.get("c").broken))
                    .contains("was removed from the registry's voters")
                    .contains("'baton operator add c'")
                    .contains("'" + directory.resolve("c").toAbsolutePath() + "' moved away");
        }
    }
}

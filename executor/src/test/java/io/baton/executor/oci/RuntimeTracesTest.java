package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeTracesTest {
    @TempDir
    private Path bundle;

    @TempDir
    private Path state;

    private void log(String text) throws IOException {
        Files.writeString(bundle.resolve(RuntimeTraces.LOG), text);
    }

    private RuntimeTraces traces(boolean keeps) {
        return new RuntimeTraces(bundle, state, keeps);
    }

    @BeforeEach
    void aSilentLog() throws IOException {
        log("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state.json", "status"})
    void whatIsWrittenDownHasRun(String file) throws IOException {
        Files.writeString(state.resolve(file), "{}");

        assertThat(traces(true).whyItNeverRan()).isEmpty();
    }

    @Test
    void whatIsNotWrittenDownHasNot() throws IOException {
        assertThat(traces(true).whyItNeverRan())
                .contains("Failed to launch container: the runtime ended without a word");
        assertThat(traces(false).whyItNeverRan())
                .as("by one that keeps nothing")
                .isEmpty();
    }

    @Test
    void theRuntimesOwnWordsAreTold() throws IOException {
        Files.writeString(state.resolve("state.json"), "{}");
        log("{\"level\":\"warning\",\"msg\":\"odd\"}\nwords\n{\"level\":\"error\",\"msg\":\"exec: no such file\"}\n");

        assertThat(traces(true).whyItNeverRan()).contains("Failed to launch container: exec: no such file");
    }

    @Test
    void withoutALogThereWasNoRuntime() throws IOException {
        Files.delete(bundle.resolve(RuntimeTraces.LOG));

        assertThat(traces(false).whyItNeverRan().orElseThrow()).contains("the runtime did not begin");
    }
}

package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.Samples;
import io.baton.executor.task.TaskPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent that cannot run containers says to who wants one. */
class OciLauncherTest {
    @TempDir
    private Path directory;

    private OciLauncher launcher(String runtime) throws IOException {
        return launcher(runtime, Runnable::run);
    }

    private OciLauncher launcher(String runtime, Executor executor) throws IOException {
        return OciLauncher.open(
                new OciSettings(runtime, Optional.empty(), List.of(), List.of(), false),
                directory,
                SecretFiles.open(List.of(), "baton-test"),
                container -> "baton-test/" + container,
                false,
                executor);
    }

    private OciLauncher.Order order() {
        var plan = TaskPlan.of(Samples.FRAMEWORK, Samples.task("t", "true").build())
                .plan()
                .orElseThrow();
        return new OciLauncher.Order("c", directory, plan, Optional.empty(), new TreeMap<>(), List.of());
    }

    @Test
    void aSearchForARuntimeThatFailsIsAReason() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("others than root look for no runtime")
                .isEqualTo("root");
        var launcher = launcher("/no\0path");

        assertThatThrownBy(() -> launcher.prepare(order()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "this agent cannot run containers: the search for a runtime failed: Nul character not allowed");
    }

    @Test
    void looksForARuntimeOnceWhenToldTo() throws IOException {
        var searches = new ArrayList<Runnable>();
        var launcher = launcher("none", searches::add);
        assertThat(searches).isEmpty();

        launcher.look();
        launcher.look();

        assertThat(searches).hasSize(1);
    }

    @Test
    void looksForARuntimeWhenATaskWantsOne() throws IOException {
        var searches = new ArrayList<Runnable>();
        var launcher = launcher("none", searches::add);

        assertThat(launcher.unpack("image")).isNotDone();

        assertThat(searches).hasSize(1);
    }

    @Test
    void whatFailedIsNamedByItsMessageOrByItsKind() {
        var wrapped = OciRuntime.Probe.failed(new CompletionException(new IllegalStateException("no rest")));
        var bare = OciRuntime.Probe.failed(new StackOverflowError());

        assertThat(wrapped.runtime()).isEmpty();
        assertThat(wrapped.obstacles()).isEqualTo("the search for a runtime failed: no rest");
        assertThat(bare.obstacles()).isEqualTo("the search for a runtime failed: java.lang.StackOverflowError");
    }

    @Test
    void whatIsLeftOfAContainerIsTakenAwayAtOnceAndRemovedLater() throws IOException {
        for (var container : List.of("over", "unknown")) {
            var upper = Files.createDirectories(directory.resolve("meta/oci/bundles/" + container + "/upper"));
            Files.createFile(upper.resolve("file"));
        }
        var launcher = launcher(OciSettings.NONE);
        assertThat(launcher.holds("over")).isTrue();

        var aside = launcher.setAside("over").orElseThrow();

        assertThat(launcher.holds("over")).isFalse();
        assertThat(directory.resolve("meta/oci/bundles/over")).doesNotExist();
        assertThat(aside.resolve("upper/file")).exists();
        assertThat(launcher.setAside("over")).isEmpty();

        var removals = new ArrayList<Runnable>();
        launcher(OciSettings.NONE).removeOthers(Set.of(), removals::add);
        assertThat(directory.resolve("meta/oci/bundles")).isEmptyDirectory();
        assertThat(removals).as("of an earlier agent, too").hasSize(2);
        removals.forEach(Runnable::run);
        assertThat(directory.resolve("meta/oci/gone")).isEmptyDirectory();
    }
}

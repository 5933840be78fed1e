package io.baton.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mesos-rxjava 0.2.0 from Maven Central, in a JVM with the libraries of its time. */
class RxJavaClientTest {
    private static final Path LIBRARIES = Path.of("target", "clients", "rxjava");
    private static final Path SCHEDULER = Path.of("src", "test", "clients", "rxjava", "RxScheduler.java");

    @Test
    void launchesThreeTasksSeesThemFinishAndTearsItselfDown(@TempDir Path directory) throws Exception {
        try (var cluster = new ClientRun(directory)) {
            var said = cluster.run(
                    directory,
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    LIBRARIES.toAbsolutePath() + "/*",
                    SCHEDULER.toAbsolutePath().toString(),
                    cluster.master() + "/api/v1/scheduler");

            assertThat(said)
                    .contains("rx-0 TASK_FINISHED", "rx-1 TASK_FINISHED", "rx-2 TASK_FINISHED", "finished 3")
                    .endsWith("exit 0");
            assertThat(cluster.get("/frameworks?framework_id=rxjava-client"))
                    .startsWith("{\"frameworks\":[],\"completed_frameworks\":[{\"id\":\"rxjava-client\"");
        }
    }
}

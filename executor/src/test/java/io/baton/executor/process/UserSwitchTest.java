package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.sandbox.Sandboxes;
import io.baton.executor.task.ExecWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Root starts what is another user's, under perl and both kinds of shell. */
class UserSwitchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Account NOBODY = new Account("nobody", 65_534, 65_534, "/");
    private static final List<String> LIMITS = List.of("--nofile=50:60", "--core=0:unlimited");
    private static final String PATH = "/usr/bin:/bin";

    @TempDir
    private Path directory;

    private final SupervisionNews news = new SupervisionNews();
    private Supervision supervision;

    @BeforeEach
    void onlyRootMay() {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
    }

    @AfterEach
    void close() throws IOException {
        if (supervision != null) {
            supervision.close();
        }
    }

    private Verdict run(
            String supervisor, List<String> command, SortedMap<String, String> environment, List<String> limits)
            throws IOException {
        supervision = Supervision.open(
                directory.resolve("state"), new ProcessTable(Path.of("/proc")), Optional.of(Path.of(supervisor)), news);
        var sandbox = directory.resolve("t");
        new Sandboxes(directory).create(sandbox, Optional.of(NOBODY));
        supervision.prepare(new Launch(
                "t",
                sandbox,
                false,
                command.get(0),
                command.subList(1, command.size()),
                environment,
                Optional.empty(),
                new Launch.Confinement(Optional.of(NOBODY), List.of(), limits)));
        supervision.launch(List.of("t"));
        Awaitility.await().atMost(PATIENCE).until(() -> news.ended().containsKey("t"));
        return news.ended().get("t");
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("t/stdout"));
    }

    /** By {@code LD_PRELOAD} a library of the task's own would run as root: by {@code LD_DEBUG} the loader tells as whom it runs. */
    @ParameterizedTest
    @CsvSource({
        "/usr/bin/perl, true",
        "/usr/bin/perl, false",
        "/bin/sh, true",
        "/bin/sh, false",
        "/bin/bash, true",
        "/bin/bash, false"
    })
    void noProgramOfRootsHearsTheVariablesOfATask(String supervisor, boolean limited) throws IOException {
        var variables = new TreeMap<>(Map.of("PATH", PATH, "LD_DEBUG", "files", "LD_DEBUG_OUTPUT", "./ld"));

        var verdict = run(supervisor, List.of("id", "-u"), variables, limited ? LIMITS : List.of());

        assertThat(verdict).isEqualTo(new Verdict.Exited(0));
        assertThat(said()).isEqualTo("65534\n");
        try (var files = Files.list(directory.resolve("t"))) {
            var traces = files.filter(file -> file.getFileName().toString().startsWith("ld."))
                    .toList();
            assertThat(traces).isNotEmpty().allSatisfy(trace -> assertThat(
                            Files.getAttribute(trace, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(65_534));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/sh", "/bin/bash"})
    void nothingOfRootIsLeft(String supervisor) throws IOException {
        var look =
                "grep -E '^(Uid|Gid|Groups|CapPrm|CapEff|CapAmb)' /proc/self/status; ulimit -n; ulimit -Hn; ulimit -c";

        var verdict = run(supervisor, List.of("/bin/sh", "-c", look), new TreeMap<>(Map.of("PATH", PATH)), LIMITS);

        assertThat(verdict).isEqualTo(new Verdict.Exited(0));
        var id = "65534";
        assertThat(said().split("\\s+"))
                .containsExactly(
                        ("Uid: %1$s %1$s %1$s %1$s Gid: %1$s %1$s %1$s %1$s Groups: %1$s CapPrm: %2$s CapEff: %2$s"
                                        + " CapAmb: %2$s 50 60 0")
                                .formatted(id, "0".repeat(16))
                                .split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/sh", "/bin/bash"})
    void variablesOfAnySizeArriveAndNoneBesides(String supervisor) throws IOException {
        var big = "END\n'" + "x".repeat(100_000);
        var variables = new TreeMap<>(Map.of("PATH", PATH, "BIG", big, "not-a.name", "a=b\n", "LANG", "C"));

        var verdict = run(supervisor, List.of("env", "-0"), variables, List.of());

        assertThat(verdict).isEqualTo(new Verdict.Exited(0));
        assertThat(said().split("\0")).contains("PATH=" + PATH, "BIG=" + big, "not-a.name=a=b\n", "LANG=C");
        assertThat(said()).doesNotContain("baton_").doesNotContain("OLDPWD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/sh", "/bin/bash"})
    void aProgramThatCannotBeExecutedIsNamed(String supervisor) throws IOException {
        var verdict = run(supervisor, List.of("/no/such"), new TreeMap<>(Map.of("PATH", PATH)), LIMITS);

        var words = Sandboxes.lastWords(directory.resolve("t"), 2_048);
        assertThat(ExecWords.judge(verdict, false, "/no/such", words).toString())
                .contains("Failed to execute '/no/such': ")
                .containsAnyOf("No such file or directory", "not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/perl", "/bin/sh", "/bin/bash"})
    void aLimitThatCannotBeSetEndsTheLaunch(String supervisor) throws IOException {
        var verdict =
                run(supervisor, List.of("touch", "ran"), new TreeMap<>(Map.of("PATH", PATH)), List.of("--nofile=9:1"));

        assertThat(verdict).isNotEqualTo(new Verdict.Exited(0));
        assertThat(directory.resolve("t/ran")).doesNotExist();
        assertThat(directory.resolve("t/stderr")).content().contains("prlimit");
    }
}

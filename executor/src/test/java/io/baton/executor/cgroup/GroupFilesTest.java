package io.baton.executor.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are written and read, in directories that only look like control groups. */
class GroupFilesTest {
    private static final Limits LIMITS =
            new Limits(1_024, OptionalLong.of(50_000), OptionalLong.of(64L << 20), OptionalLong.of(9));
    private static final OptionalLong NONE = OptionalLong.empty();

    @TempDir
    private Path directory;

    private void files(String... namesAndTexts) throws IOException {
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            Files.writeString(directory.resolve(namesAndTexts[i]), namesAndTexts[i + 1]);
        }
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private GroupFiles second() {
        return new GroupFiles(
                Map.of(),
                Optional.of(directory),
                EnumSet.of(Controller.CPU, Controller.MEMORY, Controller.PIDS),
                List.of());
    }

    private GroupFiles first() {
        return new GroupFiles(
                Map.of(
                        Controller.CPU,
                        directory,
                        Controller.CPUACCT,
                        directory,
                        Controller.MEMORY,
                        directory,
                        Controller.PIDS,
                        directory),
                Optional.empty(),
                EnumSet.noneOf(Controller.class),
                List.of());
    }

    @Test
    void limitsInVersionTwo() throws IOException {
        files("cpu.weight", "", "cpu.max", "", "memory.max", "", "memory.swap.max", "", "pids.max", "");
        files("memory.oom.group", "0");

        second().limit(LIMITS);

        assertThat(text("cpu.weight")).isEqualTo("39");
        assertThat(text("cpu.max")).isEqualTo("50000 100000");
        assertThat(text("memory.max")).isEqualTo("67108864");
        assertThat(text("memory.swap.max")).isEqualTo("0");
        assertThat(text("memory.oom.group")).isEqualTo("1");
        assertThat(text("pids.max")).isEqualTo("9");

        second().limit(new Limits(2, NONE, NONE, NONE));

        assertThat(text("cpu.max")).isEqualTo("max 100000");
        assertThat(text("memory.max")).isEqualTo("max");
        assertThat(text("pids.max")).isEqualTo("max");
    }

    @Test
    void limitsInVersionOne() throws IOException {
        files("cpu.shares", "", "cpu.cfs_quota_us", "", "cpu.cfs_period_us", "", "pids.max", "");
        files("memory.limit_in_bytes", "9223372036854771712", "memory.memsw.limit_in_bytes", "9223372036854771712");

        first().limit(LIMITS);

        assertThat(text("cpu.shares")).isEqualTo("1024");
        assertThat(text("cpu.cfs_quota_us")).isEqualTo("50000");
        assertThat(text("cpu.cfs_period_us")).isEqualTo("100000");
        assertThat(text("memory.limit_in_bytes")).isEqualTo("67108864");
        assertThat(text("memory.memsw.limit_in_bytes")).isEqualTo("67108864");
        assertThat(text("pids.max")).isEqualTo("9");
    }

    @Test
    void countsInVersionTwo() throws IOException {
        files(
                "cpu.stat",
                "usage_usec 3500000\nuser_usec 2500000\nsystem_usec 1000000\nnr_periods 10\nnr_throttled 4\n"
                        + "throttled_usec 250000\n");
        files("memory.current", "5000\n", "memory.stat", "anon 3000\nfile 2000\nfile_mapped 1000\n");
        files("memory.events", "low 0\noom 2\noom_kill 1\n", "memory.peak", "7000\n", "memory.max", "max\n");
        files("pids.current", "3\n");

        assertThat(second().usage())
                .isEqualTo(new Usage(
                        2.5, 1.0, new Usage.Throttling(10, 4, 0.25), new Usage.Memory(5000, 3000, 2000, 1000), 3));
        assertThat(second().outOfMemoryKills()).isEqualTo(1);
        assertThat(second().peak()).isEqualTo(new GroupFiles.Peak(7000, Long.MAX_VALUE));
    }

    @Test
    void countsInVersionOne() throws IOException {
        files("cpuacct.stat", "user 250\nsystem 100\n");
        files("cpu.stat", "nr_periods 10\nnr_throttled 4\nthrottled_time 250000000\n");
        files("memory.usage_in_bytes", "5000\n", "memory.stat", "cache 2000\nrss 3000\nmapped_file 1000\n");
        files("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        files("memory.max_usage_in_bytes", "7000\n", "memory.limit_in_bytes", "8000\n", "pids.current", "3\n");

        assertThat(first().usage())
                .isEqualTo(new Usage(
                        2.5, 1.0, new Usage.Throttling(10, 4, 0.25), new Usage.Memory(5000, 3000, 2000, 1000), 3));
        assertThat(first().outOfMemoryKills()).isEqualTo(1);
        assertThat(first().peak()).isEqualTo(new GroupFiles.Peak(7000, 8000));
    }

    private static Limits memory(long bytes, long shares) {
        return new Limits(shares, NONE, OptionalLong.of(bytes), NONE);
    }

    @Test
    void whatHoldsMemoryIsNotGivenLess() throws IOException {
        files("cpu.weight", "", "cpu.max", "", "memory.max", "max", "pids.max", "");

        second().change(memory(64L << 20, 1_024));
        assertThat(text("memory.max")).as("it had no limit").isEqualTo("67108864");

        second().change(memory(4L << 30, 4_096));
        second().change(memory(1L << 30, 1_024));

        assertThat(text("memory.max")).isEqualTo("4294967296");
        assertThat(text("cpu.weight")).isEqualTo("39");
        second().limit(memory(1L << 30, 1_024));
        assertThat(text("memory.max")).as("nothing runs in it yet").isEqualTo("1073741824");
        second().change(new Limits(2, NONE, NONE, NONE));
        assertThat(text("memory.max")).isEqualTo("max");
    }

    @Test
    void whatHoldsMemoryIsNotGivenLessInVersionOne() throws IOException {
        files("cpu.shares", "", "pids.max", "");
        files("memory.limit_in_bytes", "9223372036854771712", "memory.memsw.limit_in_bytes", "9223372036854771712");

        first().change(memory(4L << 30, 4_096));
        first().change(memory(1L << 30, 1_024));

        assertThat(text("memory.limit_in_bytes")).isEqualTo("4294967296");
        assertThat(text("memory.memsw.limit_in_bytes")).isEqualTo("4294967296");
        assertThat(text("cpu.shares")).isEqualTo("1024");
    }

    @Test
    void killsInGroupsOfARuntimeCountInVersionOne() throws IOException {
        files("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        Files.createDirectories(directory.resolve("oci/inner"));
        files("oci/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        files("oci/inner/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");

        assertThat(first().outOfMemoryKills()).isEqualTo(4);
    }

    @Test
    void isRemovedWithTheGroupsThatItsProcessesMadeInIt() throws IOException {
        var alone = Files.createDirectory(directory.resolve("alone"));
        var parent = Files.createDirectories(directory.resolve("parent/inner/innermost"))
                .getParent()
                .getParent();
        var groups = new GroupFiles(
                Map.of(Controller.CPU, alone, Controller.MEMORY, parent),
                Optional.of(directory.resolve("missing")),
                EnumSet.noneOf(Controller.class),
                List.of(Files.createDirectory(directory.resolve("other"))));

        groups.remove();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void isNotRemovedWhileSomethingIsInIt() throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve("inner")).resolve("file"), "");

        assertThatThrownBy(second()::remove).isInstanceOf(IOException.class);
    }
}

package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.resource.Resources;
import io.baton.executor.cgroup.ControlGroups;
import io.baton.executor.cgroup.IsolationSettings;
import io.baton.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits in directories that only look like control groups, on threads whose turns come in any order. */
class ContainmentTest {
    private static final String UNLIMITED = "9223372036854771712";

    @TempDir
    private Path directory;

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private Containment containment;
    private Path limit;

    @BeforeEach
    void open() throws IOException {
        var hierarchy = Files.createDirectories(directory.resolve("memory"));
        Files.writeString(
                Files.createDirectories(directory.resolve("proc/self")).resolve("mountinfo"),
                "30 23 0:26 / " + hierarchy + " rw,relatime shared:9 - cgroup cgroup rw,memory\n");
        var settings = IsolationSettings.parse("cgroups/mem", "baton-test", false, 0);
        var groups = ControlGroups.open(settings, directory.resolve("proc"), directory.resolve("work"));
        var group = hierarchy.resolve("baton-test").resolve(groups.agent()).resolve("c");
        limit = Files.writeString(Files.createDirectories(group).resolve("memory.limit_in_bytes"), UNLIMITED);
        containment = new Containment(
                groups, null, new HostThreads(waiting::add, waiting::add, waiting::add, waiting::add, waiting::add));
    }

    private static List<Resource> memory(double megabytes) {
        return Resources.scalars(Map.of("mem", megabytes)).toProto("");
    }

    @Test
    void theNewestLimitStaysWhicheverIsWrittenLast() {
        containment.resize("c", memory(1_024));
        containment.resize("c", memory(2_048));

        while (!waiting.isEmpty()) {
            waiting.removeLast().run();
        }

        assertThat(limit).hasContent(Long.toString(2L << 30));
    }
}

package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Accepted;
import io.baton.executor.sandbox.SandboxCollector;
import io.baton.executor.sandbox.SandboxLimits;
import io.baton.executor.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxKeeperTest {
    @TempDir
    private Path workDir;

    private TaskEntry entry(Path sandbox) {
        return new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(Samples.task("t", "true"))
                .setContainerId("c")
                .setSandbox(sandbox.toString())
                .setBootId("b")
                .setAcceptedAt(0)
                .build());
    }

    /** The kernel dates it a little before the look that does not know of it. */
    @Test
    void whatBeganDuringALookForOldSandboxesStays() throws IOException {
        var threads = new ArrayDeque<Runnable>();
        var nothingIsKept = new SandboxLimits(Duration.ofDays(7), 100, 1);
        var keeper = new SandboxKeeper(new SandboxCollector(workDir, nothingIsKept), new HostNumbers(), threads::add);
        var run = Sandboxes.locate(workDir, "a", "f", "t", "run");
        var member = entry(Sandboxes.ofGroupMember(run, "t"));
        var now = Instant.now();

        keeper.collect(Set.of(), true, now);
        keeper.begins(member);
        new Sandboxes(workDir).create(member.sandbox(), Optional.empty());
        Files.setLastModifiedTime(run, FileTime.from(now.minusMillis(5)));
        threads.remove().run();
        assertThat(member.sandbox()).exists();

        keeper.over(member);
        keeper.collect(Set.of(), true, now);
        threads.remove().run();
        assertThat(run).doesNotExist();
    }
}

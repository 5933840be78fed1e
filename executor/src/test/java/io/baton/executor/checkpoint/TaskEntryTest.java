package io.baton.executor.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.Samples;
import io.baton.executor.record.Accepted;
import io.baton.v1.Resource;
import org.junit.jupiter.api.Test;

class TaskEntryTest {
    @Test
    void itsVolumesAreApartFromWhatItsSandboxMayHold() {
        var volume = Samples.volume("eng", "v", "data", 50_000);
        var mounted = Samples.volume("eng", "m", "disk", 1_000).toBuilder();
        mounted.getDiskBuilder()
                .setSource(Resource.DiskInfo.Source.newBuilder().setType(Resource.DiskInfo.Source.Type.MOUNT));
        var task = Samples.task("t", "true")
                .addResources(Samples.scalar("disk", 100))
                .addResources(volume)
                .addResources(mounted);

        var entry = new TaskEntry(Accepted.newBuilder()
                .setFramework(Samples.FRAMEWORK)
                .setTask(task)
                .setContainerId("c")
                .setSandbox("/s")
                .setBootId("b")
                .setAcceptedAt(0)
                .build());

        assertThat(entry.disk().megabytes()).isEqualTo(100);
        assertThat(entry.disk().volumes()).containsExactly(volume);
    }
}

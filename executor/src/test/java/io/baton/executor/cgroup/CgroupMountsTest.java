package io.baton.executor.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {
    @Test
    void readsAHostWithBothVersions() {
        var mounts = CgroupMounts.parse("""
                22 27 0:20 / /proc rw,relatime shared:5 - proc proc rw
                30 23 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw,nsdelegate
                31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct
                32 23 0:28 / /sys/fs/cgroup/memory rw shared:12 - cgroup cgroup rw,memory
                33 23 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
                34 23 0:28 / /elsewhere/memory rw - cgroup cgroup rw,memory
                """);

        assertThat(mounts.unified()).contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(mounts.separate())
                .isEqualTo(Map.of(
                        Controller.CPU, Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        Controller.CPUACCT, Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        Controller.MEMORY, Path.of("/sys/fs/cgroup/memory")));
    }

    @Test
    void readsAHostOfVersionTwoAndNamesWithBlanks() {
        var mounts = CgroupMounts.parse("30 23 0:26 / /sys/fs/my\\040groups rw - cgroup2 cgroup2 rw\n");

        assertThat(mounts.unified()).contains(Path.of("/sys/fs/my groups"));
        assertThat(mounts.separate()).isEmpty();
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(CgroupMounts.parse("").unified()).isEqualTo(Optional.empty());
        assertThat(CgroupMounts.parse("garbage - cgroup2 x y\n").separate()).isEmpty();
    }
}

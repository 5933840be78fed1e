package io.baton.executor.cgroup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a hierarchy of control groups can control or count, by the kernel's names. */
public enum Controller {
    CPU,
    CPUACCT,
    MEMORY,
    PIDS;

    /** As the kernel names it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Controller> of(String word) {
        return Arrays.stream(values()).filter(c -> c.word().equals(word)).findFirst();
    }
}

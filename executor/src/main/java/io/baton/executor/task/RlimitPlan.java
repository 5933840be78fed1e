package io.baton.executor.task;

import java.util.Optional;

/**
 * One limit for a task's first process.
 *
 * @param name as prlimit(1) has it: nofile, core, …
 * @param soft none: unlimited
 * @param hard none: unlimited
 */
public record RlimitPlan(String name, Optional<Long> soft, Optional<Long> hard) {
    private static final String UNLIMITED = "unlimited";

    /** As an option of prlimit(1). */
    public String option() {
        return "--" + name + "=" + soft.map(String::valueOf).orElse(UNLIMITED) + ":"
                + hard.map(String::valueOf).orElse(UNLIMITED);
    }
}

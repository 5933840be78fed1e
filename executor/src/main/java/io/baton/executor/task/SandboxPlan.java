package io.baton.executor.task;

import io.baton.executor.fetch.FetchPlan;
import java.util.List;

/**
 * What is to be in a task's sandbox before it starts.
 *
 * @param secrets that are seen there, of a task without an image
 */
public record SandboxPlan(FetchPlan fetch, List<ContainerPlan.Mount.Secret> secrets) {
    /** Nothing. */
    public static final SandboxPlan NOTHING = new SandboxPlan(FetchPlan.NOTHING, List.of());

    public SandboxPlan {
        secrets = List.copyOf(secrets);
    }
}

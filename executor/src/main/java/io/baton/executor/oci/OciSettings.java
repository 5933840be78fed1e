package io.baton.executor.oci;

import io.baton.executor.task.ContainerPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How containers are run.
 *
 * @param runtime "auto", "none", or the path of one
 * @param images where images lie; empty for {@code images} in the work directory
 * @param capabilities that every container has, by the kernel's names
 * @param allowed those that tasks may ask for besides
 * @param readOnly whether no container may write to its own file system
 */
public record OciSettings(
        String runtime, Optional<Path> images, List<String> capabilities, List<String> allowed, boolean readOnly) {
    public static final String AUTO = "auto";
    public static final String NONE = "none";

    public OciSettings {
        capabilities = List.copyOf(capabilities);
        allowed = List.copyOf(allowed);
    }

    /** @throws IOException if it asks for more than it may have */
    List<String> granted(ContainerPlan plan) throws IOException {
        var out = new ArrayList<>(capabilities);
        for (var wanted : plan.capabilities()) {
            if (!out.contains(wanted)) {
                if (!allowed.contains(wanted)) {
                    throw new IOException("container.linux_info: this agent gives no container " + wanted
                            + " (baton.agent.oci.allowed-capabilities)");
                }
                out.add(wanted);
            }
        }
        return out;
    }
}

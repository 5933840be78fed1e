package io.baton.executor.oci;

import java.nio.file.Path;
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
}

package io.baton.executor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Programs of ours that lie in the agent's jar, and that the host is to run. */
final class OwnFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OwnFiles.class);

    private OwnFiles() {}

    /**
     * Writes a file of the jar, unless it is there already: on a full disk there may be no room for it, and tasks that run
     * want an agent.
     *
     * @return whether the jar has it
     */
    static boolean put(String name, Path target) throws IOException {
        try (var source = OwnFiles.class.getResourceAsStream(name)) {
            if (source == null) {
                return false;
            }
            var content = source.readAllBytes();
            if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), content)) {
                // Another one in its place: that of an earlier agent may be running, and cannot be written to.
                var fresh = target.resolveSibling(target.getFileName() + ".new");
                Files.write(fresh, content);
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        }
    }

    /**
     * The program that starts tasks for perl (ADR 32), ready to run. A build has it for the kind of processor that it was made
     * on; elsewhere, and where it cannot be written, perl does without.
     */
    static Optional<Path> starter(Path directory) {
        var name = "starter-" + System.getProperty("os.arch");
        try {
            var target = directory.resolve("starter");
            if (put(name, target)) {
                return Optional.of(target);
            }
            LOG.info("Tasks are started by perl alone, which takes longer: this build has no {}", name);
        } catch (IOException problem) {
            LOG.warn("Tasks are started by perl alone, which takes longer: {}", problem.toString());
        }
        return Optional.empty();
    }
}

package io.baton.executor.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Keeps a second agent out of a work directory. The kernel lets go of it when the process ends, however it ends. */
public final class WorkDirLock implements AutoCloseable {
    private final FileChannel channel;
    private final FileLock lock;

    private WorkDirLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the directory.
     *
     * @throws IOException naming the pid of the agent that has it
     */
    public static WorkDirLock take(Path workDir) throws IOException {
        var meta = Files.createDirectories(workDir.resolve("meta"));
        // Nothing in it is for tasks, and an earlier version let everybody in.
        Files.setPosixFilePermissions(meta, PosixFilePermissions.fromString("rwx------"));
        var file = meta.resolve("lock");
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            // Refused below like any other.
        }
        if (lock == null) {
            var holder = Files.readString(file).strip();
            channel.close();
            throw new IOException("the work directory " + workDir + " is in use by another agent (pid " + holder
                    + "): stop it, or give this one a --work-dir of its own");
        }
        var pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        // Over what is there: on a full disk there may be no room for it anew.
        channel.write(ByteBuffer.wrap(pid), 0);
        channel.truncate(pid.length);
        return new WorkDirLock(channel, lock);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}

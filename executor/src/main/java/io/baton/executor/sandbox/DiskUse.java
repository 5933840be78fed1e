package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** How much a sandbox holds. */
public final class DiskUse {
    /** Files looked at in one go; in a larger sandbox only these count. */
    static final int MAX_FILES = 100_000;

    private static final long BYTES_PER_MB = 1 << 20;

    private DiskUse() {}

    /** Megabytes in all files below a directory, rounded up; links are not followed. What vanishes meanwhile is 0. */
    public static long megabytes(Path directory) {
        var sum = new long[2];
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
                    return ++sum[1] < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            return 0;
        }
        return (sum[0] + BYTES_PER_MB - 1) / BYTES_PER_MB;
    }
}

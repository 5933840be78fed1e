package io.baton.executor.checkpoint;

import io.baton.v1.Resource;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * What of the host's disk is a container's.
 *
 * @param bytes that it may use, its volumes apart; 0 for any number
 * @param besides directories that count besides its sandbox
 * @param volumes its persistent ones that hold as much as they hold
 */
public record DiskClaim(long bytes, List<Path> besides, List<Resource> volumes) {
    private static final long BYTES_PER_MB = 1 << 20;

    public DiskClaim {
        besides = List.copyOf(besides);
        volumes = List.copyOf(volumes);
    }

    /** The claim of who has these resources alone. */
    public static DiskClaim of(Collection<Resource> resources) {
        return new DiskClaim(bytes(resources), List.of(), volumes(resources));
    }

    /** How much disk these are, volumes apart; 0 if there is none among them. */
    public static long bytes(Collection<Resource> resources) {
        return resources.stream()
                .filter(r -> r.getName().equals("disk"))
                .filter(r -> !r.getDisk().hasPersistence() && !r.getDisk().hasSource())
                .mapToLong(r -> (long) (r.getScalar().getValue() * BYTES_PER_MB))
                .sum();
    }

    /** The persistent volumes among these that are no disks of their own, which hold as much as they hold. */
    static List<Resource> volumes(Collection<Resource> resources) {
        return resources.stream()
                .filter(r -> r.getDisk().hasPersistence())
                .filter(r -> r.getDisk().getSource().getType() != Resource.DiskInfo.Source.Type.MOUNT)
                .toList();
    }

    /** What it may use, in whole megabytes. */
    public long megabytes() {
        return bytes / BYTES_PER_MB;
    }

    /** Whether there is anything to be measured for it. */
    public boolean isAny() {
        return megabytes() > 0 || !volumes.isEmpty();
    }

    /** The same with these directories. */
    public DiskClaim with(List<Path> directories) {
        return new DiskClaim(bytes, directories, volumes);
    }
}

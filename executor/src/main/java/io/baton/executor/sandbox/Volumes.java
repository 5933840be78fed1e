package io.baton.executor.sandbox;

import io.baton.executor.process.Account;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.DiskInfo.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Persistent volumes: directories {@code volumes/roles/<role>/<id>} that outlive their tasks, in the work directory or on
 * disks of their own; a disk that is mounted for one volume is that volume. A task sees its volumes as links in its sandbox.
 */
public final class Volumes {
    /** How the names of directories begin that hold what was on a disk. */
    private static final String FORMER = ".baton-removed-";

    private final Path workDir;
    private final Workshop workshop;

    /** Below this directory, which must be absolute. */
    public Volumes(Path workDir) {
        this.workDir = workDir;
        this.workshop = Workshop.of(workDir);
    }

    /** @param id role and id of the volume, {@code role/id} */
    Path locate(String id) {
        return locate(workDir, id);
    }

    private static Path locate(Path base, String id) {
        int cut = id.lastIndexOf('/');
        // As in Mesos: a volume must not lie within the one of the role above.
        return base.resolve("volumes")
                .resolve("roles")
                .resolve(id.substring(0, cut).replace('/', ' '))
                .resolve(id.substring(cut + 1));
    }

    /**
     * A volume that a container is to see.
     *
     * @param at absolute, or below the sandbox
     */
    public record Mount(Path place, String at, boolean readOnly) {}

    /**
     * The volumes of a task with an image; those that do not exist yet are made.
     *
     * @throws IOException if a container path leads nowhere, or there is no room or right
     */
    public List<Mount> mounts(List<Resource> resources, Optional<Account> account) throws IOException {
        var out = new ArrayList<Mount>();
        for (var resource : resources) {
            if (resource.getDisk().hasPersistence()) {
                var volume = resource.getDisk().getVolume();
                var at = volume.getContainerPath();
                if (Path.of(at).normalize().getNameCount() == 0 || at.isEmpty() || climbs(at)) {
                    throw new IOException("the volume's container_path '" + at + "' must lead into the container");
                }
                out.add(new Mount(made(resource, account), at, volume.getMode() == io.baton.v1.Volume.Mode.RO));
            }
        }
        return out;
    }

    private static boolean climbs(String path) {
        return List.of(path.split("/")).contains("..");
    }

    /**
     * Makes links to a task's volumes in its sandbox, and the volumes that do not exist yet.
     *
     * @throws IOException if a container path leads out of the sandbox or is taken, or there is no room or right
     */
    public void link(Path sandbox, List<Resource> resources, Optional<Account> account) throws IOException {
        for (var resource : resources) {
            if (resource.getDisk().hasPersistence()) {
                link(sandbox, resource, account);
            }
        }
    }

    /** The same for tasks of an executor that runs: links that earlier ones have left there make room. */
    public void linkLater(Path sandbox, List<Resource> resources, Optional<Account> account) throws IOException {
        for (var resource : resources) {
            var place = sandbox.relativize(placeOf(sandbox, pathOf(resource)));
            try {
                workshop.relink(sandbox, place, made(resource, account), account);
            } catch (IOException impossible) {
                throw misplaced(impossible);
            }
        }
    }

    private void link(Path sandbox, Resource resource, Optional<Account> account) throws IOException {
        var name = pathOf(resource);
        placeOf(sandbox, name);
        link(sandbox, name, made(resource, account), account);
    }

    private static String pathOf(Resource resource) {
        return resource.getDisk().getVolume().getContainerPath();
    }

    /** Where a persistent volume is, whether it exists or not. */
    public Path place(Resource resource) {
        var id = roleOf(resource) + "/" + resource.getDisk().getPersistence().getId();
        return place(id, sourceOf(resource));
    }

    private static Optional<Source> sourceOf(Resource resource) {
        return Optional.of(resource.getDisk()).filter(DiskInfo::hasSource).map(DiskInfo::getSource);
    }

    /** As in Mesos: below the root of the disk that it is on, or that root itself if the disk is mounted for it alone. */
    private Path place(String id, Optional<Source> disk) {
        var former = locate(id); // Where agents of before made them, whatever disk they are on.
        var root = disk.flatMap(this::rootOf).filter(its -> !Files.isDirectory(former, LinkOption.NOFOLLOW_LINKS));
        return root.map(its -> isMount(disk) ? its : locate(its, id)).orElse(former);
    }

    private static boolean isMount(Optional<Source> disk) {
        return disk.filter(its -> its.getType() == Source.Type.MOUNT).isPresent();
    }

    private Optional<Path> rootOf(Source disk) {
        var root = disk.getType() == Source.Type.MOUNT
                ? disk.getMount().getRoot()
                : disk.getPath().getRoot();
        return root.isEmpty() ? Optional.empty() : Optional.of(workDir.resolve(root));
    }

    private Path made(Resource resource, Optional<Account> account) throws IOException {
        var volume = place(resource);
        var root = sourceOf(resource).flatMap(this::rootOf).filter(volume::startsWith);
        if (root.filter(its -> !Files.isDirectory(its)).isPresent()) {
            throw new IOException("the disk of the volume is not there: " + root.get());
        }
        boolean missing = !Files.isDirectory(volume, LinkOption.NOFOLLOW_LINKS);
        if (root.filter(volume::equals).isPresent()) {
            removeFormer(volume);
            missing = Trees.self().equals(Optional.of(Files.getOwner(volume)));
        } else if (missing) {
            Files.createDirectories(volume.getParent());
            Files.createDirectory(
                    volume, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        }
        // As in Mesos whoever uses it now owns it, but not what is in it. A shared one may be in use.
        if (account.isPresent() && (missing || !resource.hasShared())) {
            Sandboxes.own(volume.toRealPath(), account.get());
        }
        return volume;
    }

    private static Path placeOf(Path sandbox, String name) throws IOException {
        var place = sandbox.resolve(name).normalize();
        if (name.isEmpty() || Path.of(name).isAbsolute() || !place.startsWith(sandbox) || place.equals(sandbox)) {
            throw new IOException("the volume's container_path '" + name + "' must lead into the sandbox");
        }
        return place;
    }

    /**
     * Makes a link in a sandbox.
     *
     * @param name where, below the sandbox
     * @throws IOException if that leads out of the sandbox or is taken
     */
    public void link(Path sandbox, String name, Path target, Optional<Account> account) throws IOException {
        var place = sandbox.relativize(placeOf(sandbox, name));
        try {
            workshop.link(sandbox, place, target, account);
        } catch (IOException impossible) {
            throw misplaced(impossible);
        }
    }

    private static IOException misplaced(IOException why) {
        return new IOException("the volume's container_path: " + why.getMessage(), why);
    }

    @SuppressWarnings("deprecation") // the older form of a reservation is still on the wire
    private static String roleOf(Resource resource) {
        int depth = resource.getReservationsCount();
        return depth > 0 ? resource.getReservations(depth - 1).getRole() : resource.getRole();
    }

    /**
     * Gives a volume that is to be removed another name, so that a new one of its name starts empty whatever happens
     * meanwhile.
     *
     * @param id role and id of the volume, {@code role/id}
     * @param disk that it is on, if it is one of its own
     * @return what {@link Trees#remove} is to remove; empty if nothing was ever written to the volume
     */
    public Optional<Path> setAside(String id, Optional<Source> disk) throws IOException {
        var volume = place(id, disk);
        if (!Files.isDirectory(volume)) {
            return Optional.empty();
        }
        var root = disk.flatMap(this::rootOf);
        if (root.filter(volume::equals).isPresent()) {
            return Optional.of(emptied(volume));
        }
        var base = root.filter(volume::startsWith).orElse(workDir);
        var aside = Files.createDirectories(base.resolve("volumes").resolve("removed"))
                .resolve(UUID.randomUUID().toString());
        return Optional.of(Trees.move(volume, aside));
    }

    /** A disk stays where it is: what is on it goes into a directory that is removed, by the next user if need be. */
    private static Path emptied(Path root) throws IOException {
        Trees.take(root);
        var aside = Files.createDirectory(
                root.resolve(FORMER + UUID.randomUUID()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (var entries = Files.newDirectoryStream(root, entry -> !entry.equals(aside))) {
            for (var entry : entries) {
                Trees.move(entry, aside.resolve(entry.getFileName()));
            }
        }
        return aside;
    }

    private static void removeFormer(Path root) throws IOException {
        try (var left = Files.newDirectoryStream(root, FORMER + "*")) {
            for (var former : left) {
                Trees.remove(former);
            }
        }
    }
}

package io.baton.executor.sandbox;

import io.baton.executor.process.Account;
import io.baton.v1.Resource;
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
 * Persistent volumes: directories {@code volumes/roles/<role>/<id>} that outlive their tasks. A task sees its volumes as
 * links in its sandbox.
 */
public final class Volumes {
    private final Path workDir;
    private final Workshop workshop;

    /** Below this directory, which must be absolute. */
    public Volumes(Path workDir) {
        this.workDir = workDir;
        this.workshop = Workshop.of(workDir);
    }

    /** @param id role and id of the volume, {@code role/id} */
    Path locate(String id) {
        int cut = id.lastIndexOf('/');
        // As in Mesos: a volume must not lie within the one of the role above.
        return workDir.resolve("volumes")
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

    private void link(Path sandbox, Resource resource, Optional<Account> account) throws IOException {
        var name = resource.getDisk().getVolume().getContainerPath();
        placeOf(sandbox, name);
        link(sandbox, name, made(resource, account), account);
    }

    /** Where a persistent volume is, whether it exists or not. */
    public Path place(Resource resource) {
        return locate(
                roleOf(resource) + "/" + resource.getDisk().getPersistence().getId());
    }

    private Path made(Resource resource, Optional<Account> account) throws IOException {
        var volume = place(resource);
        boolean missing = !Files.isDirectory(volume, LinkOption.NOFOLLOW_LINKS);
        if (missing) {
            Files.createDirectories(volume.getParent());
            Files.createDirectory(
                    volume, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        }
        // As in Mesos whoever uses it now owns it, but not what is in it. A shared one may be in use.
        if (account.isPresent() && (missing || !resource.hasShared())) {
            Sandboxes.own(volume, account.get());
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
            throw new IOException("the volume's container_path: " + impossible.getMessage(), impossible);
        }
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
     * @return what {@link Trees#remove} is to remove; empty if nothing was ever written to the volume
     */
    public Optional<Path> setAside(String id) throws IOException {
        var volume = locate(id);
        if (!Files.isDirectory(volume, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        var aside = Files.createDirectories(workDir.resolve("volumes").resolve("removed"))
                .resolve(UUID.randomUUID().toString());
        return Optional.of(Files.move(volume, aside));
    }
}

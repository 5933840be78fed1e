package io.baton.executor.oci;

import io.baton.executor.process.Account;
import io.baton.executor.sandbox.Workshop;
import io.baton.executor.task.ContainerPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a container sees of the host: its sandbox, volumes and secrets.
 *
 * @param closed places of the agent's of which no container is given anything by a path
 */
record Binds(Workshop workshop, SecretFiles secrets, List<Path> closed) {
    /**
     * The runtime finds what it binds by path, as root, and follows links: what is in a sandbox that is another user's it
     * must not be given. So that is bound to a place of the agent's first, by one who opens it and looks what that is. All
     * in a mount namespace of its own, which ends with the runtime. Sockets and pipes cannot be opened for that: they
     * must still be none of the others when they are bound.
     */
    private static final String TRUE_PLACES = """
            while [ "$1" != -- ]; do
                if [ -f "$1" ] || [ -d "$1" ]; then
                    exec 7<"$1" || exit 1
                    if [ "$(readlink /proc/self/fd/7)" != "$1" ]; then
                        echo "$1 is a link now" >&2
                        exit 1
                    fi
                    mount --no-canonicalize --rbind /proc/self/fd/7 "$2" || exit 1
                else
                    mount --no-canonicalize --bind "$1" "$2" || exit 1
                    if [ -f "$2" ] || [ -d "$2" ]; then
                        echo "$1 is something else now" >&2
                        exit 1
                    fi
                fi
                shift 2
            done
            shift
            exec 7<&-
            exec "$@"
            """;

    private static final List<String> APART = List.of("/usr/bin/unshare", "--mount", "--propagation", "slave", "--");

    private static final long LOOK_SECONDS = 20;

    /** A place that is bound to one of the agent's before the runtime begins. */
    private record Own(Path from, Path to) {}

    /**
     * What came of it.
     *
     * @param wrapper stands before the command of the runtime; empty if that can find all by itself
     */
    record Result(List<BundleSpec.Bind> binds, List<String> wrapper) {}

    /** Makes what a container is to see, as far as it is not there. */
    Result of(OciLauncher.Order order, ContainerPlan plan, Path bundle) throws IOException {
        var out = new ArrayList<BundleSpec.Bind>();
        if (!plan.ownNetwork()) {
            for (var file : List.of("/etc/resolv.conf", "/etc/hosts")) {
                if (Files.isRegularFile(Path.of(file))) {
                    out.add(new BundleSpec.Bind(Path.of(file), file, true));
                }
            }
        }
        out.add(new BundleSpec.Bind(order.sandbox(), OciLauncher.SANDBOX, false));
        for (var volume : order.volumes()) {
            out.add(new BundleSpec.Bind(volume.place(), placeOf(volume.at()), volume.readOnly()));
        }
        var owned = new ArrayList<Own>();
        int secretCount = 0;
        for (var mount : plan.mounts()) {
            var at = placeOf(mount.at());
            if (mount instanceof ContainerPlan.Mount.Host host) {
                var place = hostPlace(host.path(), order.account());
                if (order.account().isPresent()) {
                    owned.add(apart(place, place, bundle.resolve("own-" + owned.size())));
                    place = owned.get(owned.size() - 1).to();
                }
                out.add(new BundleSpec.Bind(place, at, host.readOnly()));
            } else if (mount instanceof ContainerPlan.Mount.Sandbox own) {
                var place = ownPlace(order, own.path());
                if (order.account().isPresent()) {
                    // As the kernel will name it.
                    var sandbox = order.sandbox().toRealPath();
                    var named =
                            sandbox.resolve(order.sandbox().relativize(place).normalize());
                    owned.add(apart(place, named, bundle.resolve("own-" + owned.size())));
                    place = owned.get(owned.size() - 1).to();
                }
                out.add(new BundleSpec.Bind(place, at, own.readOnly()));
            } else if (mount instanceof ContainerPlan.Mount.Secret secret) {
                var file = secrets.write(
                        order.container(), secretCount++, secret.content().toByteArray(), order.account());
                out.add(new BundleSpec.Bind(file, at, true));
            } else {
                throw new AssertionError("no one mounts " + mount);
            }
        }
        return new Result(out, wrapper(owned));
    }

    private static String placeOf(String at) {
        return at.startsWith("/") ? at : OciLauncher.SANDBOX + "/" + at;
    }

    /** Where it truly is, if its user comes there: what a directory above keeps from that user stays closed. */
    private Path hostPlace(String path, Optional<Account> account) throws IOException {
        if (!Files.exists(Path.of(path))) {
            throw new IOException("container.volumes: '" + path + "' does not exist on this host");
        }
        var place = Path.of(path).toRealPath();
        for (var own : closed) {
            if (Files.exists(own) && place.startsWith(own.toRealPath())) {
                throw new IOException("container.volumes: '" + path + "' is this agent's own");
            }
        }
        if (account.isPresent() && !reaches(account.get(), place)) {
            throw new IOException("container.volumes: '" + path + "' is out of reach of the user '"
                    + account.get().name() + "'");
        }
        return place;
    }

    private static boolean reaches(Account account, Path place) throws IOException {
        var look = List.of(
                "setpriv",
                "--reuid=" + account.user(),
                "--regid=" + account.group(),
                "--init-groups",
                "--",
                "/usr/bin/test",
                "-e",
                place.toString());
        return HostCommand.run(look, LOOK_SECONDS).status() == 0;
    }

    private Path ownPlace(OciLauncher.Order order, String path) throws IOException {
        try {
            return workshop.directories(order.sandbox(), path, order.account());
        } catch (IOException impossible) {
            throw new IOException("container.volumes: " + impossible.getMessage(), impossible);
        }
    }

    /** The place may be there already: an agent that died had begun as well. */
    private static Own apart(Path place, Path named, Path to) throws IOException {
        if (Files.isDirectory(place)) {
            Files.createDirectories(to);
        } else if (!Files.exists(to)) {
            Files.createFile(to);
        }
        return new Own(named, to);
    }

    private static List<String> wrapper(List<Own> owned) {
        if (owned.isEmpty()) {
            return List.of();
        }
        var out = new ArrayList<>(APART);
        out.addAll(List.of("/bin/sh", "-c", TRUE_PLACES, "sh"));
        owned.forEach(own -> out.addAll(List.of(own.from().toString(), own.to().toString())));
        out.add("--");
        return out;
    }
}

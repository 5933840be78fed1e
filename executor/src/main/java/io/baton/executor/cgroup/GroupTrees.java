package io.baton.executor.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The agent's own branch of each hierarchy, in which containers get a group each.
 *
 * @param separate branches of version 1
 * @param unified the branch of version 2
 * @param enabled what version 2 controls in that branch
 * @param others places in other hierarchies of version 1, in which a container runtime makes groups too
 * @param obstacles why a controller that was asked for cannot be used, for the operator
 */
record GroupTrees(
        Map<Controller, Path> separate,
        Optional<Path> unified,
        Set<Controller> enabled,
        Set<Path> others,
        Map<Controller, String> obstacles) {
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String SUBTREE = "cgroup.subtree_control";

    GroupTrees {
        separate = Collections.unmodifiableMap(new TreeMap<>(separate));
        enabled = Set.copyOf(enabled);
        obstacles = Collections.unmodifiableMap(new TreeMap<>(obstacles));
    }

    /** Makes the branches as far as the host lets us: what does not work out becomes an obstacle. */
    static GroupTrees make(CgroupMounts mounts, Set<Controller> wanted, String root, String agent) {
        var separate = new EnumMap<Controller, Path>(Controller.class);
        var enabled = EnumSet.noneOf(Controller.class);
        var obstacles = new EnumMap<Controller, String>(Controller.class);
        var unified = mounts.unified().flatMap(point -> branch(point, root, agent));
        for (var controller : wanted) {
            var point = mounts.separate().get(controller);
            try {
                if (point != null) {
                    separate.put(
                            controller,
                            Files.createDirectories(point.resolve(root).resolve(agent)));
                } else if (mounts.unified().isPresent()) {
                    enable(controller, mounts.unified().get(), root, agent);
                    enabled.add(controller);
                } else {
                    obstacles.put(controller, "no hierarchy of control groups is mounted that has it");
                }
            } catch (IOException refused) {
                obstacles.put(controller, words(refused));
            }
        }
        var accounting = mounts.separate().get(Controller.CPUACCT);
        if (unified.isEmpty() && accounting != null) {
            branch(accounting, root, agent).ifPresent(path -> separate.put(Controller.CPUACCT, path));
        }
        var others = new LinkedHashSet<Path>();
        mounts.others().forEach(point -> others.add(point.resolve(root).resolve(agent)));
        return new GroupTrees(separate, unified, enabled, others, obstacles);
    }

    private static String words(IOException refused) {
        return refused.getClass().getSimpleName() + " " + refused.getMessage();
    }

    private static Optional<Path> branch(Path point, String root, String agent) {
        try {
            return Optional.of(Files.createDirectories(point.resolve(root).resolve(agent)));
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    /** A controller of version 2 has to be handed down from group to group. */
    private static void enable(Controller controller, Path point, String root, String agent) throws IOException {
        Files.createDirectories(point.resolve(root).resolve(agent));
        for (var group : List.of(point, point.resolve(root), point.resolve(root).resolve(agent))) {
            if (!has(group.resolve(CONTROLLERS), controller)) {
                throw new IOException(group + " does not have the controller " + controller.word());
            }
            if (!has(group.resolve(SUBTREE), controller)) {
                GroupFiles.write(group.resolve(SUBTREE), "+" + controller.word());
            }
        }
    }

    private static boolean has(Path file, Controller controller) throws IOException {
        return Arrays.asList(Files.readString(file).strip().split(" ")).contains(controller.word());
    }

    /** Whether any container can have a group. */
    boolean any() {
        return unified.isPresent() || !separate.isEmpty();
    }

    /** Whether containers are held to what they asked for of this. */
    boolean controls(Controller controller) {
        return separate.containsKey(controller) || enabled.contains(controller);
    }

    /** The group of a container in each hierarchy. */
    GroupFiles of(String container) {
        var places = new EnumMap<Controller, Path>(Controller.class);
        separate.forEach((controller, branch) -> places.put(controller, branch.resolve(container)));
        return new GroupFiles(
                places,
                unified.map(branch -> branch.resolve(container)),
                enabled,
                others.stream().map(branch -> branch.resolve(container)).toList());
    }

    /** The branches, each once. */
    Set<Path> branches() {
        var out = new LinkedHashSet<>(separate.values());
        unified.ifPresent(out::add);
        return out;
    }
}

package io.baton.executor.agent;

import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * The persistent volumes of tasks on custom executors. Such a task has no sandbox of its own: its volumes are links in its
 * executor's, made before the executor is told of it. Pure.
 */
final class ExecutorVolumes {
    private ExecutorVolumes() {}

    /**
     * Why the volumes of these tasks cannot be brought to their executor; empty if they can, or there are none.
     *
     * @param held what the executor and its tasks have
     */
    static Optional<String> problem(LaunchOrder order, List<Resource> held) {
        var executor = order.executor().filter(info -> !ExecutorEntry.isDefault(info));
        var wanted = new ArrayList<Resource>();
        order.tasks().forEach(task -> wanted.addAll(volumes(task.getResourcesList())));
        if (executor.isEmpty() || wanted.isEmpty()) {
            return Optional.empty();
        }
        return inImage(executor.get())
                ? Optional.of(
                        "the volumes of tasks cannot be brought into the image in which their executor runs: give them to"
                                + " the executor, or run it without an image")
                : clash(wanted, volumes(held));
    }

    private static boolean inImage(ExecutorInfo executor) {
        var container = executor.getContainer();
        return container.getMesos().hasImage() || container.hasDocker();
    }

    private static Optional<String> clash(List<Resource> wanted, List<Resource> held) {
        var places = new HashMap<String, String>();
        held.forEach(volume -> places.put(pathOf(volume), idOf(volume)));
        for (var volume : wanted) {
            var there = places.putIfAbsent(pathOf(volume), idOf(volume));
            if (there != null && !there.equals(idOf(volume))) {
                return Optional.of("the volumes '" + there + "' and '" + idOf(volume)
                        + "' have the same container_path '" + pathOf(volume) + "' in one executor");
            }
        }
        return Optional.empty();
    }

    private static String pathOf(Resource volume) {
        return volume.getDisk().getVolume().getContainerPath();
    }

    private static String idOf(Resource volume) {
        return volume.getDisk().getPersistence().getId();
    }

    /** Those of tasks that are launched together. */
    static List<Resource> of(List<TaskEntry> launch) {
        return launch.stream()
                .flatMap(entry -> volumes(entry.task().getResourcesList()).stream())
                .toList();
    }

    private static List<Resource> volumes(List<Resource> resources) {
        return resources.stream().filter(r -> r.getDisk().hasPersistence()).toList();
    }
}

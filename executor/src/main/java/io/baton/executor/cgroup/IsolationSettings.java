package io.baton.executor.cgroup;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * How tasks are held to what they asked for.
 *
 * @param everyTask whether tasks without an image have groups too; those with one always do where that is possible
 * @param demanded whether the agent must not start without these controllers; else it takes what it can get
 * @param root the group below which all others are made
 * @param cfs whether a task may never use more than its cpus, even if others leave theirs idle (Mesos:
 *     {@code --cgroups_enable_cfs})
 * @param processes most processes and threads of a container; 0 for no limit
 */
public record IsolationSettings(
        boolean everyTask, boolean demanded, Set<Controller> controllers, String root, boolean cfs, long processes) {
    /** Nothing is isolated: the tasks' processes are only counted. */
    public static final IsolationSettings NONE = new IsolationSettings(false, false, Set.of(), "baton", false, 0);

    private static final Set<Controller> ALL = EnumSet.of(Controller.CPU, Controller.MEMORY, Controller.PIDS);

    private static final String AUTO = "auto";

    /** Words of Mesos that ask for nothing beyond what is always done. */
    private static final Set<String> ALWAYS =
            Set.of("posix/cpu", "posix/mem", "posix/rlimits", "filesystem/posix", "disk/du", "posix/disk");

    public IsolationSettings {
        controllers = Set.copyOf(controllers);
    }

    /**
     * Reads the isolators.
     *
     * @param text "auto", or Mesos's names, separated by commas
     * @throws IllegalArgumentException naming what is not known
     */
    public static IsolationSettings parse(String text, String root, boolean cfs, long processes) {
        if (text.strip().equals(AUTO)) {
            return new IsolationSettings(true, false, ALL, root, cfs, processes);
        }
        var controllers = EnumSet.noneOf(Controller.class);
        for (var word : List.of(text.split(","))) {
            var isolator = word.strip().toLowerCase(Locale.ROOT);
            switch (isolator) {
                case "cgroups/cpu" -> controllers.add(Controller.CPU);
                case "cgroups/mem" -> controllers.add(Controller.MEMORY);
                case "cgroups/pids" -> controllers.add(Controller.PIDS);
                case "cgroups/all" -> controllers.addAll(ALL);
                default -> {
                    if (!ALWAYS.contains(isolator)) {
                        throw new IllegalArgumentException("'" + word.strip()
                                + "' is no isolator of this agent; these are: auto, cgroups/cpu, cgroups/mem, "
                                + "cgroups/pids, cgroups/all, " + String.join(", ", new TreeSet<>(ALWAYS)));
                    }
                }
            }
        }
        boolean any = !controllers.isEmpty();
        return new IsolationSettings(any, any, any ? controllers : ALL, root, cfs, processes);
    }
}

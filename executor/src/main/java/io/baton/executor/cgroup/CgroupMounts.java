package io.baton.executor.cgroup;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where this host's hierarchies of control groups are mounted. Pure.
 *
 * @param separate the hierarchies of version 1, by controller; several may be one
 * @param unified the hierarchy of version 2
 * @param others the hierarchies of version 1 that control nothing of what is used here
 */
record CgroupMounts(Map<Controller, Path> separate, Optional<Path> unified, Set<Path> others) {
    private static final int MOUNT_POINT = 4;

    CgroupMounts {
        separate = Collections.unmodifiableMap(new TreeMap<>(separate));
    }

    /** Reads {@code /proc/self/mountinfo} (proc(5)). Of what is mounted twice the first place counts. */
    static CgroupMounts parse(String mountInfo) {
        var separate = new EnumMap<Controller, Path>(Controller.class);
        Optional<Path> unified = Optional.empty();
        var others = new TreeSet<Path>();
        for (var line : mountInfo.split("\n")) {
            var halves = line.split(" - ", 2);
            var place = halves[0].split(" ");
            if (halves.length < 2 || place.length <= MOUNT_POINT) {
                continue;
            }
            var point = Path.of(unescaped(place[MOUNT_POINT]));
            var what = halves[1].split(" ");
            if (what[0].equals("cgroup2")) {
                unified = unified.or(() -> Optional.of(point));
            } else if (what[0].equals("cgroup") && what.length > 2) {
                others.add(point);
                for (var option : what[2].split(",")) {
                    Controller.of(option).ifPresent(c -> separate.putIfAbsent(c, point));
                }
            }
        }
        others.removeAll(separate.values());
        return new CgroupMounts(separate, unified, others);
    }

    /** Blanks stand there as octal numbers. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }
}

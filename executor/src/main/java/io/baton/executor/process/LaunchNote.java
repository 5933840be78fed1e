package io.baton.executor.process;

import java.nio.file.Path;
import java.util.stream.Collectors;

/** Writes a {@link Launch} as the texts that {@code spawner.pl} reads in the task's own process: a letter, what it says, NUL. */
final class LaunchNote {
    private LaunchNote() {}

    /** The note. */
    static String of(Launch launch) {
        var out = new StringBuilder(512);
        for (Path group : launch.confinement().groups()) {
            add('g', group.toString(), out);
        }
        add('d', launch.sandbox().toString(), out);
        launch.session().ifPresent(place -> add('s', place.toString(), out));
        launch.environment().forEach((name, value) -> add('v', name + "=" + value, out));
        launch.confinement().limits().forEach(limit -> add('l', limit, out));
        launch.confinement().account().ifPresent(someone -> {
            add('u', someone.user() + " " + someone.group() + " " + someone.name(), out);
            if (!someone.groups().isEmpty()) {
                var numbers = someone.groups().stream().map(String::valueOf).collect(Collectors.joining(" "));
                add('m', numbers, out);
            }
        });
        launch.command().forEach(word -> add('w', word, out));
        return out.toString();
    }

    private static void add(char kind, String text, StringBuilder out) {
        out.append(kind).append(text).append('\0');
    }
}

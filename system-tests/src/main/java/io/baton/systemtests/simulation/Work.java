package io.baton.systemtests.simulation;

import io.baton.v1.CommandInfo;
import io.baton.v1.TaskInfo;

/**
 * What a simulated task does, written into its command.
 *
 * @param millis how long it runs by itself
 * @param stubborn whether it takes no notice of SIGTERM
 */
record Work(long millis, boolean stubborn) {
    static Work of(TaskInfo task) {
        var words = task.getCommand().getValue().split(" ");
        return new Work(Long.parseLong(words[1]), words[0].equals("stubborn"));
    }

    CommandInfo command() {
        return CommandInfo.newBuilder()
                .setShell(true)
                .setValue((stubborn ? "stubborn " : "work ") + millis)
                .build();
    }
}

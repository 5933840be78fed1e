package io.baton.executor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How an agent is started in a JVM of its own, to be killed: {@link AgentMain}.
 *
 * @param workDir the agent's
 * @param log what it writes is appended to this file
 * @param master the address of the only one
 */
record AgentProcess(Path workDir, Path log, String master) {
    /**
     * Starts one, which is not yet registered.
     *
     * @param options more of the JVM's: {@code -Dbaton.crash-point=…}
     * @param settings of the agent: {@code baton.agent.shell=/bin/sh}
     */
    Process start(List<String> options, List<String> settings) throws IOException {
        return start(AgentClasses.HERE, options, settings);
    }

    /** The same, from these classes. */
    Process start(AgentClasses classes, List<String> options, List<String> settings) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djdk.lang.Process.launchMechanism=VFORK"));
        command.addAll(classes.archive());
        command.addAll(options);
        command.addAll(List.of("-cp", classes.path(), AgentMain.class.getName(), workDir.toString(), master));
        command.addAll(settings);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}

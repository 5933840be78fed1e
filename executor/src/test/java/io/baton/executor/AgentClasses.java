package io.baton.executor;

import io.baton.executor.sandbox.Trees;
import io.baton.v1.TaskState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;

/**
 * The class path of {@link AgentMain}, and an archive of what it loads from there, made once for all tests of a JVM: to read
 * and to check classes is most of what an agent does until it registers. An archive is of classes in jars only: those of
 * this module are packed.
 *
 * @param archive of options of a JVM; empty if this one's kind makes none
 */
record AgentClasses(String path, List<String> archive) {
    static final AgentClasses HERE = make();

    private static AgentClasses make() {
        try {
            var directory = Files.createTempDirectory("baton-agent-classes-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory), "agent-classes-removal"));
            var path = new ArrayList<String>();
            for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                var packed = directory.resolve(path.size() + ".jar");
                path.add(Files.isDirectory(Path.of(entry)) ? pack(Path.of(entry), packed) : entry);
            }
            return trained(directory, String.join(File.pathSeparator, path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pack(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return jar.toString();
    }

    /** By an agent that runs a task and is asked to end. */
    private static AgentClasses trained(Path directory, String path) throws IOException {
        var archive = directory.resolve("agent.jsa");
        try (var master = new FakeMaster(1)) {
            var agent = new AgentProcess(directory.resolve("agent"), directory.resolve("log"), master.address())
                    .start(
                            new AgentClasses(path, List.of("-XX:ArchiveClassesAtExit=" + archive)),
                            List.of(),
                            List.of());
            master.awaitRegistration(1);
            master.run(Samples.FRAMEWORK, Samples.task("t", "true").build());
            master.await("t", TaskState.TASK_FINISHED);
            agent.destroy();
            agent.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return new AgentClasses(path, Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of());
    }

    private static void remove(Path directory) {
        try {
            Trees.remove(directory);
        } catch (IOException e) {
            System.err.println("could not remove " + directory + ": " + e.getMessage());
        }
    }
}

package io.baton.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher with JDKs that only say how they were called. */
@Timeout(60)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "baton").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private Path home;

    /** What a run came to. */
    private record Run(int status, String out, String err) {}

    @BeforeEach
    void unpack() throws IOException {
        home = directory.resolve("a release");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(LAUNCHER, home.resolve("bin/baton"));
        for (var jar :
                List.of("baton-cli-1", "picocli-4", "baton-executor-1", "protobuf-java-4", "protobuf-java-util-4")) {
            Files.createFile(home.resolve("lib/" + jar + ".jar"));
        }
    }

    @Test
    void startsClientCommandsWithAShortClassPath() throws Exception {
        var run = run(Map.of("BATON_JAVA_HOME", jdk("j", "21.0.1")), "tasks", "-o", "two words");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("<io.baton.cli.Main><tasks><-o><two words>")
                .contains("lib/baton-cli-1.jar")
                .contains("lib/protobuf-java-4.jar")
                .doesNotContain("baton-executor")
                .doesNotContain("protobuf-java-util");
    }

    @Test
    void aReleaseThatWasMovedMakesItsArchivesAnew() throws Exception {
        var environment = Map.of("BATON_JAVA_HOME", jdk("j", "21.0.1"));
        run(environment, "tasks");
        var archive = Files.writeString(home.resolve("cds/client-21.0.1.jsa"), "of the old place");
        run(environment, "tasks");
        assertThat(archive).hasContent("of the old place");
        home = Files.move(home, directory.resolve("moved"));

        var run = run(environment, "tasks");

        assertThat(home.resolve("cds/client-21.0.1.jsa")).isEmptyFile();
        assertThat(run.out()).contains("<-Xlog:cds*=off:stderr>");
    }

    /** It takes seconds; a master that is stopped is waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"17.0.1", "25.0.1"})
    void mastersAndAgentsUseAnArchiveButMakeNone(String version) throws Exception {
        var environment = Map.of("BATON_JAVA_HOME", jdk("j", version));
        var archive = home.toRealPath().resolve("cds/server-" + version + ".jsa");
        for (var server : List.of("master", "agent")) {
            assertThat(run(environment, server).out()).doesNotContain("Archive");
        }
        assertThat(run(environment, "demo").out()).contains("Archive");

        Files.createFile(archive);

        for (var server : List.of("master", "agent")) {
            assertThat(run(environment, server).out())
                    .contains("<-XX:SharedArchiveFile=" + archive + ">")
                    .doesNotContain("AutoCreateSharedArchive")
                    .doesNotContain("ArchiveClassesAtExit");
        }
    }

    /** What masters and schedulers need besides would stay in an agent's memory. */
    @Test
    void anAgentPrefersItsOwnArchive() throws Exception {
        var environment = Map.of("BATON_JAVA_HOME", jdk("j", "25.0.1"));
        run(environment, "agent");
        var archives = home.toRealPath().resolve("cds");
        Files.createFile(archives.resolve("server-25.0.1.jsa"));
        var own = Files.createFile(archives.resolve("agent-25.0.1.jsa"));

        assertThat(run(environment, "agent").out()).contains("<-XX:SharedArchiveFile=" + own + ">");
        assertThat(run(environment, "master").out()).doesNotContain(own.toString());
    }

    /** What is loaded to show a help makes an archive that helps nobody, and stays. */
    @ParameterizedTest
    @ValueSource(strings = {"17.0.1", "25.0.1"})
    void aHelpMakesNoArchive(String version) throws Exception {
        var environment = Map.of("BATON_JAVA_HOME", jdk("j", version));

        for (var help : List.of("--help", "-h")) {
            assertThat(run(environment, "dev", help).out()).doesNotContain("Archive");
        }
    }

    /** A place for archives that anybody may write to would be a place for anybody's code. */
    @Test
    void aReleaseThatCannotBeWrittenUsesNoArchivesWithoutAHomeOfItsOwn() throws Exception {
        Files.createFile(home.resolve("cds")); // No directory can be made there, not even by root.
        var cache = directory.resolve("cache/baton/cds");
        var environment =
                new HashMap<>(Map.of("BATON_JAVA_HOME", jdk("j", "21.0.1"), "HOME", "", "XDG_CACHE_HOME", ""));

        assertThat(run(environment, "demo").out()).doesNotContain("Archive");

        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        assertThat(run(environment, "demo").out()).contains("Archive").contains(cache.toString());
    }

    @Test
    void startsServersWithAllJarsAndWhatAllOurJvmsHave() throws Exception {
        var run = run(
                Map.of("BATON_JAVA_HOME", jdk("j", "17.0.1"), "BATON_JAVA_OPTS", "-Xmx77m -Dc=d"),
                "agent",
                "--port",
                "0");

        assertThat(run.out())
                .contains("baton-executor-1.jar")
                .contains("<-Djava.util.concurrent.ForkJoinPool.common.parallelism=4>")
                .contains("<-XX:+ExitOnOutOfMemoryError>")
                .containsSubsequence("<-Xmx128m>", "<-Xmx77m><-Dc=d><io.baton.distribution.Main><agent><--port><0>");
    }

    /** Directories have the names of tasks. The last one is of UTF-8 by its name only: no host has it. */
    @ParameterizedTest
    @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "C.UTF-8, C.UTF-8", "xx_YY.UTF-8, C.UTF-8"})
    void aServerCanNameFilesInAnyScript(String locale, String its) throws Exception {
        var run = run(Map.of("BATON_JAVA_HOME", jdk("j", "17"), "LC_ALL", locale, "SHOWN", "LC_ALL"), "agent");

        assertThat(run.out()).endsWith("LC_ALL=" + its + "\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void worksThroughALinkFromAnywhere() throws Exception {
        var link = Files.createSymbolicLink(directory.resolve("link"), home.resolve("bin/baton"));

        assertThat(run(link, Map.of("BATON_JAVA_HOME", jdk("j", "17")), "version")
                        .out())
                .contains("<-Dbaton.home=" + home.toRealPath() + ">");
    }

    @Test
    void prefersTheJdkItIsToldIfThatIsNewEnough() throws Exception {
        var told = jdk("told", "17.0.2");
        var old = jdk("old", "11.0.2");

        assertThat(run(Map.of("BATON_JAVA_HOME", told, "JAVA_HOME", jdk("other", "25")), "version")
                        .out())
                .startsWith("told");
        var run = run(Map.of("BATON_JAVA_HOME", old, "JAVA_HOME", told), "version");
        assertThat(run.out()).startsWith("told");
        assertThat(run.err()).isEqualTo("baton: " + old + " is no JDK 17 or newer; looking for another\n");
    }

    /** A package may have brought a newer runtime than the JDK that the user has installed for this. */
    @Test
    void aCloneIsBuiltByAJdkAlsoWhereTheNewestJavaHasNoCompiler() throws Exception {
        var clone = Files.createDirectories(directory.resolve("clone"));
        Files.createDirectories(clone.resolve("distribution"));
        Files.writeString(clone.resolve("pom.xml"), "<version>1</version>\n");
        Files.copy(LAUNCHER, clone.resolve("baton"));
        var runtime = jdk("newest", "99");
        var tools = Files.createDirectories(directory.resolve("tools"));
        Files.createSymbolicLink(tools.resolve("java"), Path.of(runtime, "bin/java"));
        script(
                tools.resolve("mvn"),
                "mkdir -p distribution/target/baton-1/lib\n[ -x \"$JAVA_HOME/bin/javac\" ] && echo built by a JDK >&2\n");
        var path = tools + ":" + System.getenv("PATH");

        var run = run(clone.resolve("baton"), Map.of("PATH", path), "tasks");

        assertThat(run.err()).contains("built by a JDK").doesNotContain("without compiler");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("newest");
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void passesTheStatusOn() throws Exception {
        assertThat(run(Map.of("BATON_JAVA_HOME", jdk("j", "17"), "STATUS", "42"), "run", "--", "x")
                        .status())
                .isEqualTo(42);
    }

    @Test
    void helpOfAServerIsItsOwn() throws Exception {
        assertThat(run(Map.of("BATON_JAVA_HOME", jdk("j", "17")), "help", "dev").out())
                .contains("<io.baton.distribution.Main><dev><--help>");
    }

    @Test
    void saysThatItIsNeitherACloneNorARelease() throws Exception {
        Files.delete(home.resolve("lib/picocli-4.jar"));
        Files.move(home.resolve("lib"), home.resolve("elsewhere"));

        var run = run(Map.of(), "version");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("neither a clone nor a release");
    }

    /** A directory that looks like a JDK; its java prints its name and its arguments. */
    private String jdk(String name, String version) throws IOException {
        var jdk = directory.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        var java = jdk.resolve("bin/java");
        script(
                java,
                "printf '%s ' " + name
                        + "\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done\n[ -z \"$SHOWN\" ] || env | grep \"^$SHOWN=\"\n"
                        + "exit ${STATUS:-0}\n");
        return jdk.toString();
    }

    private Run run(Map<String, String> environment, String... args) throws Exception {
        return run(home.resolve("bin/baton"), environment, args);
    }

    private Run run(Path launcher, Map<String, String> environment, String... args) throws Exception {
        var command = new java.util.ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("BATON") || key.equals("JAVA_HOME"));
        builder.environment().putAll(environment);
        var out = directory.resolve("stdout").toFile();
        var err = directory.resolve("stderr").toFile();
        var process = builder.redirectOutput(out).redirectError(err).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(
                process.exitValue(),
                Files.readString(out.toPath(), StandardCharsets.UTF_8),
                Files.readString(err.toPath(), StandardCharsets.UTF_8));
    }
}

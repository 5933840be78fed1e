package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.process.HostPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runtime an agent takes: the first that has run a container. */
class OciRuntimeTest {
    /** In the words of Debian's crun 1.8.1. */
    private static final String HYBRID = "cgroups in hybrid mode not supported, drop all controllers from cgroupv1";

    @TempDir
    private Path directory;

    private Path scratch() {
        return directory.resolve("scratch");
    }

    /** A program that says its version and its options, and does this when it is to run a container. */
    private String program(String name, String options, String run) throws IOException {
        var file = directory.resolve(name);
        Files.writeString(file, """
                #!/bin/sh
                case $1 in
                    --version) echo '%s version 1' ;;
                    run) echo 'options: %s' ;;
                    *) %s ;;
                esac
                """.formatted(name, options, run));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    private static OciSettings settings(String runtime) {
        return new OciSettings(runtime, Optional.empty(), List.of(), List.of(), false);
    }

    @Test
    void oneThatCannotRunAContainerIsPassedOver() throws IOException {
        var refuses = program("crun", "--keep", "echo '" + HYBRID + "' >&2; exit 1");
        var works = program("runc", "--keep", "exit 0");

        var probe = OciRuntime.firstThatWorks(List.of("/no/such/runtime", refuses, works), scratch());

        assertThat(probe.runtime()).contains(new OciRuntime(Path.of(works), true, true, "runc version 1"));
        assertThat(probe.obstacles()).isEmpty();
    }

    @Test
    void whereNoneWorksEachOneSaysWhy() throws IOException {
        var refuses = program("crun", "", "echo '" + HYBRID + "' >&2; exit 1");

        var probe = OciRuntime.firstThatWorks(List.of("no-such-runtime", refuses), scratch());

        assertThat(probe.runtime()).isEmpty();
        assertThat(probe.obstacles()).isEqualTo("no-such-runtime: not installed; " + refuses + ": " + HYBRID);
    }

    @Test
    void oneThatKnowsNoNamespaceOfControlGroupsIsAskedForNone() throws IOException {
        var old = program("old", "", "! grep -q '\"type\":\"cgroup\"}' $5/config.json");

        var probe = OciRuntime.firstThatWorks(List.of(old), scratch());

        assertThat(probe.runtime()).map(OciRuntime::ownGroups).contains(false);
    }

    @Test
    void oneThatCannotLeaveTheControlGroupBehindIsNotAskedTo() throws IOException {
        var probe = OciRuntime.firstThatWorks(List.of(program("old", "--detach", "exit 0")), scratch());

        assertThat(probe.runtime()).map(OciRuntime::keeps).contains(false);
    }

    /** On a host with both versions of control groups Debian's crun refuses, and runc takes its place. */
    @Test
    void thoseOfThisHostRunAContainerOrArePassedOver() {
        assumeThat(System.getProperty("user.name"))
                .as("only root can run containers")
                .isEqualTo("root");
        assumeThat(HostPrograms.located("runc")).as("runc is installed").isPresent();

        var runc = OciRuntime.firstThatWorks(List.of("runc"), scratch());
        assumeThat(runc.obstacles()).as("this host can run containers").isEmpty();
        var both = OciRuntime.firstThatWorks(List.of("crun", "runc"), scratch());
        var crun = OciRuntime.firstThatWorks(List.of("crun"), scratch());

        assertThat(both.runtime()).isEqualTo(crun.runtime().or(runc::runtime));
        assertThat(crun.runtime().isPresent()).isEqualTo(crun.obstacles().isEmpty());
    }

    @Test
    void nothingIsLeftOfTheProbe() throws IOException {
        for (var runtime : List.of(OciSettings.NONE, OciSettings.AUTO, "/no/such/runtime")) {
            OciRuntime.probe(settings(runtime), Files.createDirectory(scratch()));

            assertThat(scratch()).as(runtime).doesNotExist();
        }
    }
}

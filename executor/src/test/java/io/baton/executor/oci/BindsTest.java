package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.Samples;
import io.baton.executor.process.Account;
import io.baton.executor.sandbox.Workshop;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import io.baton.v1.Volume;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runtime would find at the places that it is told to bind. */
class BindsTest {
    private static final Optional<Account> SOMEBODY = Optional.of(new Account("somebody", 54_321, 54_321, "/"));

    private static final Optional<Account> NOBODY = Optional.of(new Account("nobody", 65_534, 65_534, "/"));

    @TempDir
    private Path workDir;

    private Path sandbox;
    private Path bundle;
    private Path secret;

    @BeforeEach
    void create() throws Exception {
        assumeThat(System.getProperty("user.name")).as("only root may").isEqualTo("root");
        var apart = new ProcessBuilder("unshare", "--mount", "true").start().waitFor();
        assumeThat(apart).as("mount namespaces are allowed here").isZero();
        sandbox = Files.createDirectories(workDir.resolve("runs/c"));
        bundle = Files.createDirectory(workDir.resolve("bundle"));
        secret = Files.createDirectory(workDir.resolve("secret"));
        Files.writeString(secret.resolve("file"), "of somebody else");
    }

    private Binds.Result binds(Optional<Account> account) throws IOException {
        return binds(account, "deep/data");
    }

    private Binds.Result binds(Optional<Account> account, String hostPath) throws IOException {
        var container = ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setMesos(ContainerInfo.MesosInfo.newBuilder()
                        .setImage(Image.newBuilder()
                                .setType(Image.Type.DOCKER)
                                .setDocker(Image.Docker.newBuilder().setName("any"))))
                .addVolumes(Volume.newBuilder()
                        .setContainerPath("/data")
                        .setHostPath(hostPath)
                        .setMode(Volume.Mode.RW));
        var task = Samples.task("t", "true").setContainer(container).build();
        var plan = TaskPlan.of(Samples.FRAMEWORK, task).plan().orElseThrow();
        var order = new OciLauncher.Order("c", sandbox, plan, account, new TreeMap<>(), List.of());
        return new Binds(
                        Workshop.of(workDir),
                        SecretFiles.open(List.of(), "baton-test"),
                        List.of(workDir.resolve("meta")))
                .of(order, plan.container().orElseThrow(), bundle);
    }

    /** Empty if it could not begin. */
    private static Optional<String> seen(Binds.Result binds) throws Exception {
        var place = binds.binds().stream()
                .filter(bind -> bind.target().equals("/data"))
                .findFirst()
                .orElseThrow()
                .source();
        var command = new ArrayList<>(binds.wrapper());
        command.addAll(List.of("cat", place.resolve("file").toString()));
        var process = new ProcessBuilder(command).start();
        var said = new String(process.getInputStream().readAllBytes());
        return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
    }

    @Test
    void aPlaceInItsSandboxIsThatPlace() throws Exception {
        var binds = binds(SOMEBODY);
        Files.writeString(sandbox.resolve("deep/data/file"), "mine");

        assertThat(seen(binds)).contains("mine");
        assertThat(bundle.resolve("own-0")).as("outside").isEmptyDirectory();
    }

    @Test
    void anAgentThatDiedMayHaveBegun() throws Exception {
        binds(SOMEBODY);

        assertThat(binds(SOMEBODY).wrapper()).isNotEmpty();
    }

    @Test
    void aLinkThatComesBeforeTheRuntimeIsNotFollowed() throws Exception {
        var last = binds(SOMEBODY);
        Files.delete(sandbox.resolve("deep/data"));
        Files.createSymbolicLink(sandbox.resolve("deep/data"), secret);

        assertThat(seen(last)).isEmpty();
    }

    @Test
    void norIsOneOnTheWay() throws Exception {
        var way = binds(SOMEBODY);
        Files.delete(sandbox.resolve("deep/data"));
        Files.delete(sandbox.resolve("deep"));
        Files.move(secret, workDir.resolve("data"));
        Files.createSymbolicLink(sandbox.resolve("deep"), workDir);

        assertThat(seen(way)).isEmpty();
    }

    @Test
    void theAgentsOwnUserNeedsNoOneToLook() throws Exception {
        assertThat(binds(Optional.empty()).wrapper()).isEmpty();
    }

    /** In a directory that all may enter. */
    private Path open() throws IOException {
        Files.setPosixFilePermissions(workDir, PosixFilePermissions.fromString("rwxr-xr-x"));
        return secret;
    }

    @Test
    void aPlaceOfTheHostIsWhatItsUserReaches() throws Exception {
        assertThat(seen(binds(NOBODY, open().toString()))).contains("of somebody else");
    }

    @Test
    void whatADirectoryAboveKeepsFromItsUserStaysClosed() throws Exception {
        var above = Files.createDirectory(
                open().resolve("above"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var below = Files.createDirectory(above.resolve("below"));

        assertThatThrownBy(() -> binds(NOBODY, below.toString()))
                .hasMessageContaining(below.toString())
                .hasMessageContaining("out of reach");
        assertThat(binds(Optional.empty(), below.toString()).binds())
                .as("root's")
                .isNotEmpty();
    }

    @Test
    void aPlaceOfTheHostThatIsALinkByThenIsNotFollowed() throws Exception {
        var place = Files.createDirectory(open().resolve("place"));
        var last = binds(NOBODY, place.toString());
        Files.delete(place);
        Files.createSymbolicLink(place, secret);

        assertThat(seen(last)).isEmpty();
    }

    @Test
    void aSocketOfTheHostIsSeenAndNotWhatIsPutInItsPlace() throws Exception {
        var place = open().resolve("file");
        Files.delete(place);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(place));
        }
        var binds = binds(NOBODY, place.toString());
        assertThat(runs(binds, "test", "-S")).isTrue();

        Files.delete(place);
        Files.createSymbolicLink(place, Files.writeString(secret.resolve("other"), "of somebody else"));
        assertThat(runs(binds, "test", "-e")).isFalse();
    }

    private static boolean runs(Binds.Result binds, String... look) throws Exception {
        var command = new ArrayList<>(binds.wrapper());
        command.addAll(List.of(look));
        command.add(binds.binds().get(binds.binds().size() - 1).source().toString());
        return new ProcessBuilder(command).start().waitFor() == 0;
    }

    @Test
    void nobodyIsGivenWhatIsTheAgentsOwn() throws Exception {
        var bundles = Files.createDirectories(open().getParent().resolve("meta/oci/bundles"));
        var link = Files.createSymbolicLink(workDir.resolve("link"), bundles);

        for (var account : List.of(NOBODY, Optional.<Account>empty())) {
            assertThatThrownBy(() -> binds(account, link.toString())).hasMessageContaining("agent's own");
        }
    }
}

package io.baton.executor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.process.Account;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.DiskInfo.Source;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumesTest {
    @TempDir
    private Path workDir;

    private Volumes volumes;

    @BeforeEach
    void create() {
        volumes = new Volumes(workDir);
    }

    private Path sandbox(String name) throws IOException {
        return Files.createDirectories(workDir.resolve("sandboxes").resolve(name));
    }

    private static List<Resource> volume(String role, String id, String path) {
        return List.of(Resource.newBuilder()
                .setName("disk")
                .setType(io.baton.v1.Value.Type.SCALAR)
                .addReservations(ReservationInfo.newBuilder().setRole(role).setType(ReservationInfo.Type.DYNAMIC))
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath(path)))
                .build());
    }

    @Test
    void whatOneTaskWritesTheNextOneReads() throws IOException {
        volumes.link(sandbox("one"), volume("eng", "v", "deep/data"), Optional.empty());
        Files.writeString(sandbox("one").resolve("deep/data/file"), "kept");
        volumes.link(sandbox("two"), volume("eng", "v", "data"), Optional.empty());

        assertThat(sandbox("two").resolve("data/file")).hasContent("kept");
    }

    @Test
    void volumesOfOneNameInTwoRolesAreTwo() throws IOException {
        volumes.link(sandbox("one"), volume("eng", "build", "data"), Optional.empty());
        volumes.link(sandbox("two"), volume("eng/build", "v", "data"), Optional.empty());
        Files.writeString(sandbox("two").resolve("data/secret"), "s");

        assertThat(sandbox("one").resolve("data")).isEmptyDirectory();
    }

    @Test
    void aNewVolumeOfARemovedOnesNameIsEmpty() throws IOException {
        volumes.link(sandbox("one"), volume("eng", "v", "data"), Optional.empty());
        var outside = Files.writeString(workDir.resolve("outside"), "stays");
        Files.createSymbolicLink(sandbox("one").resolve("data/link"), outside);
        var aside = volumes.setAside("eng/v", Optional.empty());
        volumes.link(sandbox("two"), volume("eng", "v", "data"), Optional.empty());
        assertThat(sandbox("two").resolve("data")).isEmptyDirectory();

        Trees.remove(aside.orElseThrow());
        assertThat(aside.get()).doesNotExist();
        assertThat(outside).hasContent("stays");
        assertThat(volumes.setAside("eng/never", Optional.empty())).isEmpty();
    }

    @Test
    void whatItsUserPutsIntoTheWayIsNotFollowed() throws IOException {
        var sandbox = Files.createDirectories(workDir.resolve("runs/c"));
        var elsewhere = Files.createDirectory(workDir.resolve("elsewhere"));
        Files.createSymbolicLink(sandbox.resolve("way"), elsewhere);
        var file = Files.writeString(sandbox.resolve("taken"), "stays");

        assertThatThrownBy(() -> volumes.link(sandbox, "way/in", workDir, Optional.empty()))
                .hasMessageContaining("leads over a link");
        assertThatThrownBy(() -> volumes.link(sandbox, "taken", workDir, Optional.empty()))
                .isInstanceOf(IOException.class);
        volumes.link(sandbox, "new/./place", workDir, Optional.empty());

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(file).hasContent("stays");
        assertThat(Files.readSymbolicLink(sandbox.resolve("new/place"))).isEqualTo(workDir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "/etc", "", ".", "a/../../out", "link/data"})
    void aPathThatLeadsOutIsRefused(String path) throws IOException {
        var sandbox = sandbox("one");
        Files.createSymbolicLink(sandbox.resolve("link"), workDir);

        assertThatThrownBy(() -> volumes.link(sandbox, volume("eng", "v", path), Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("container_path");
        assertThat(workDir.resolve("out")).doesNotExist();
    }

    @Test
    void aVolumeIsOfWhomeverUsesItNow() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may give away")
                .isEqualTo("root");
        var place = volumes.locate("eng/v");
        volumes.link(sandbox("root"), volume("eng", "v", "data"), Optional.empty());

        volumes.link(sandbox("one"), volume("eng", "v", "data"), account(65_534));
        assertThat(Files.getAttribute(place, "unix:uid")).isEqualTo(65_534);

        volumes.link(sandbox("two"), volume("eng", "v", "data"), account(1));
        assertThat(Files.getAttribute(place, "unix:uid")).isEqualTo(1);
        assertThat(Files.getAttribute(place, "unix:gid")).isEqualTo(1);
    }

    @Test
    void aSharedVolumeStaysWithItsFirstUser() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may give away")
                .isEqualTo("root");
        var shared = List.of(volume("eng", "v", "data").get(0).toBuilder()
                .setShared(Resource.SharedInfo.getDefaultInstance())
                .build());

        volumes.link(sandbox("one"), shared, account(65_534));
        volumes.link(sandbox("two"), shared, account(1));

        assertThat(Files.getAttribute(volumes.locate("eng/v"), "unix:uid")).isEqualTo(65_534);
    }

    private static Optional<Account> account(int number) {
        return Optional.of(new Account("u" + number, number, number, "/"));
    }

    private static Resource on(Source disk, Resource volume) {
        return volume.toBuilder()
                .setDisk(volume.getDisk().toBuilder().setSource(disk))
                .build();
    }

    private Source mount() throws IOException {
        var root = Files.createDirectories(workDir.resolve("mnt/data1"));
        return Source.newBuilder()
                .setType(Source.Type.MOUNT)
                .setMount(Source.Mount.newBuilder().setRoot(root.toString()))
                .build();
    }

    @Test
    void aDiskThatIsMountedForAVolumeIsTheVolume() throws IOException {
        var disk = mount();
        var volume = on(disk, volume("eng", "v", "data").get(0));
        volumes.link(sandbox("one"), List.of(volume), Optional.empty());
        Files.writeString(sandbox("one").resolve("data/file"), "mine");
        assertThat(workDir.resolve("mnt/data1/file")).hasContent("mine");

        var aside = volumes.setAside("eng/v", Optional.of(disk)).orElseThrow();

        assertThat(aside.resolve("file")).as("not removed yet").exists();
        volumes.link(sandbox("two"), List.of(volume), Optional.empty());
        assertThat(sandbox("two").resolve("data")).isEmptyDirectory();
    }

    @Test
    void aVolumeOnAnotherDiskIsBelowItsRoot() throws IOException {
        var root = Files.createDirectories(workDir.resolve("disk2"));
        var disk = Source.newBuilder()
                .setType(Source.Type.PATH)
                .setPath(Source.Path.newBuilder().setRoot(root.toString()))
                .build();
        volumes.link(sandbox("one"), List.of(on(disk, volume("eng", "v", "data").get(0))), Optional.empty());
        assertThat(sandbox("one").resolve("data").toRealPath())
                .isEqualTo(root.resolve("volumes/roles/eng/v").toRealPath());

        var aside = volumes.setAside("eng/v", Optional.of(disk)).orElseThrow();

        assertThat(aside).startsWith(root).isDirectory();
        assertThat(root.resolve("volumes/roles/eng/v")).doesNotExist();
    }

    /** Agents of before made them there. */
    @Test
    void aVolumeThatIsInTheWorkDirectoryStaysThere() throws IOException {
        volumes.link(sandbox("one"), volume("eng", "v", "data"), Optional.empty());

        assertThat(volumes.place(on(mount(), volume("eng", "v", "data").get(0))))
                .isEqualTo(volumes.locate("eng/v"));
    }

    @Test
    void aVolumeOnADiskThatIsNotThereIsRefused() {
        var gone = Source.newBuilder()
                .setType(Source.Type.MOUNT)
                .setMount(Source.Mount.newBuilder().setRoot("/no/such/disk"))
                .build();

        assertThatThrownBy(() -> volumes.link(
                        sandbox("one"),
                        List.of(on(gone, volume("eng", "v", "data").get(0))),
                        Optional.empty()))
                .hasMessageContaining("/no/such/disk");
    }

    @Test
    void aLinkThatAnEarlierTaskHasLeftMakesRoom() throws IOException {
        var sandbox = sandbox("one");
        volumes.linkLater(sandbox, volume("eng", "v", "data"), Optional.empty());
        volumes.linkLater(sandbox, volume("eng", "v", "data"), Optional.empty());

        volumes.linkLater(sandbox, volume("eng", "w", "data"), Optional.empty());

        assertThat(Files.readSymbolicLink(sandbox.resolve("data"))).isEqualTo(volumes.locate("eng/w"));
        Files.createDirectory(sandbox.resolve("own"));
        assertThatThrownBy(() -> volumes.linkLater(sandbox, volume("eng", "v", "own"), Optional.empty()))
                .hasMessageContaining("container_path");
    }
}

package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecretFilesTest {
    private static final int SOMEBODY = 65_534;
    private static final Path MEMORY = Path.of("/dev/shm");

    private Path place;

    @BeforeEach
    void create() throws IOException {
        assumeThat(Files.isDirectory(MEMORY)
                        && Files.getFileStore(MEMORY).type().equals("tmpfs"))
                .as("/dev/shm is in memory")
                .isTrue();
        place = Files.createTempDirectory(MEMORY, "baton-test-");
    }

    @AfterEach
    void remove() throws IOException {
        if (place != null) {
            Trees.remove(place);
        }
    }

    private static Path write(SecretFiles secrets) throws IOException {
        return secrets.write("c", 0, new byte[] {1}, Optional.empty());
    }

    @Test
    void theirDirectoryIsThereBeforeAnybodyElseCanMakeIt() throws IOException {
        SecretFiles.open(List.of(place), "x");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("baton-x"))))
                .isEqualTo("rwx--x--x");
        assertThat(write(SecretFiles.open(List.of(place), "x")))
                .as("that of an earlier agent is taken over")
                .isEqualTo(place.resolve("baton-x/c/0"))
                .hasBinaryContent(new byte[] {1});
    }

    @Test
    void theirDirectoryGoesWithTheAgentUnlessContainersLiveOn() throws IOException {
        var secrets = SecretFiles.open(List.of(place), "x");
        var secret = write(secrets);

        secrets.close();
        assertThat(secret).exists();

        secrets.remove("c");
        secrets.close();
        assertThat(place).isEmptyDirectory();
        assertThat(write(secrets)).as("a late one is written all the same").exists();
    }

    @Test
    void noneIsWrittenIntoTheDirectoryOfSomebodyElse() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root may give away")
                .isEqualTo("root");
        Files.setAttribute(Files.createDirectory(place.resolve("baton-x")), "unix:uid", SOMEBODY);

        assertThatThrownBy(() -> write(SecretFiles.open(List.of(place), "x")))
                .hasMessageContaining(place.resolve("baton-x").toString());
        assertThat(place.resolve("baton-x")).isEmptyDirectory();
    }

    @Test
    void norWhereALinkLeads() throws IOException {
        var elsewhere = Files.createDirectory(place.resolve("elsewhere"));
        Files.createSymbolicLink(place.resolve("baton-x"), elsewhere);

        assertThatThrownBy(() -> write(SecretFiles.open(List.of(place), "x"))).hasMessageContaining("baton-x");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void theNextPlaceInMemoryWillDo() throws IOException {
        var taken = Files.createDirectory(place.resolve("taken"));
        Files.createFile(taken.resolve("baton-x"));

        assertThat(write(SecretFiles.open(List.of(taken, place), "x"))).isEqualTo(place.resolve("baton-x/c/0"));
    }
}

package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    private Path directory;

    @Test
    void isReadByItsOwnerOnlyAlsoInThePlaceOfAnother() throws IOException {
        var file = directory.resolve("saved");
        Files.writeString(file, "old, for all");

        SecretFile.write(file, "secret".getBytes());

        assertThat(file).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void leavesNothingBehindIfItCannotBeWritten() throws IOException {
        var occupied = Files.createDirectories(directory.resolve("saved/in the way"));

        assertThatThrownBy(() -> SecretFile.write(occupied.getParent(), new byte[10]))
                .isInstanceOf(IOException.class);

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(occupied.getParent());
        }
    }
}

package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    void whereALinkLeadsItIsWritten() throws IOException {
        var target = Files.createDirectory(directory.resolve("backup")).resolve("saved");
        Files.writeString(target, "old");
        var link = Files.createSymbolicLink(directory.resolve("latest"), target);

        SecretFile.write(link, "secret".getBytes());

        assertThat(link).isSymbolicLink().hasContent("secret");
        assertThat(target).hasContent("secret");
        var nowhere = Files.createSymbolicLink(directory.resolve("nowhere"), directory.resolve("gone/saved"));
        assertThatThrownBy(() -> SecretFile.write(nowhere, new byte[1])).isInstanceOf(NoSuchFileException.class);
        assertThat(nowhere).isSymbolicLink();
    }

    /** {@code /dev/null} is needed by others. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsNoFileIsWrittenIntoAndStaysWhatItIs() throws Exception {
        var pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        var reader = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        SecretFile.write(pipe, "secret".getBytes());

        assertThat(reader.get()).isEqualTo("secret");
        assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                .isTrue();
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(pipe);
        }
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

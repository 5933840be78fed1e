package io.baton.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretFilesTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({"rw-------, false", "rw-r-----, false", "r--------, false", "rw-r--r--, true", "rw-----w-, true"})
    void warnsOfFilesThatEveryUserHasAccessTo(String mode, boolean warned) throws Exception {
        var file = Files.writeString(dir.resolve("credentials"), "ann s1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        var problem = SecretFiles.problemOf(file);

        assertThat(problem.isPresent()).isEqualTo(warned);
        if (warned) {
            assertThat(problem.get()).contains(file.toString(), mode).doesNotContain("s1");
        }
    }

    @Test
    void saysNothingOfAFileThatIsNotThere() {
        assertThat(SecretFiles.problemOf(dir.resolve("none"))).isEmpty();
    }
}

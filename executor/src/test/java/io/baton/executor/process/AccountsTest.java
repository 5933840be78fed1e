package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private int programs;

    @Test
    void findsTheHostsUsers() throws IOException {
        assertThat(new Accounts().find("root")).contains(new Account("root", 0, 0, "/root"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no-such-user", "0", "-s", "a:b", "root\0"})
    void findsNobodyElse(String name) throws IOException {
        assertThat(new Accounts().find(name)).isEmpty();
    }

    private Path program(String text) throws IOException {
        var file = directory.resolve("program-" + programs++);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Accounts asking(Path getent, Path id, Duration patience) {
        return new Accounts(getent.toString(), id.toString(), patience.toNanos());
    }

    @Test
    void aNameServiceThatHangsIsNotWaitedForLong() throws IOException {
        var hangs = program("exec sleep 600");
        var accounts = asking(hangs, hangs, Duration.ofMillis(300));

        assertTimeoutPreemptively(PATIENCE, () -> {
            assertThatThrownBy(() -> accounts.find("alice"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the name service does not answer");
            assertThatThrownBy(() -> accounts.withGroups(new Account("alice", 1, 2, "/")))
                    .isInstanceOf(IOException.class);
        });
    }

    @Test
    void whomNobodyKnowsIsNotAskedForAtOnceAgain() throws IOException {
        var asked = directory.resolve("asked");
        var accounts = asking(program("echo $2 >> " + asked), program("false"), PATIENCE);

        assertThat(accounts.find("bob")).isEmpty();
        assertThat(accounts.find("bob")).isEmpty();
        assertThat(accounts.find("eve")).isEmpty();

        assertThat(asked).hasContent("bob\neve\n");
    }

    @Test
    void aUserHasOtherGroups() throws IOException {
        var accounts = asking(program("echo alice:x:7:5::/home/alice:"), program("echo 5 70 6"), PATIENCE);

        var alice = accounts.withGroups(accounts.find("alice").orElseThrow());

        assertThat(alice.group()).isEqualTo(5);
        assertThat(alice.otherGroups()).containsExactly(70L, 6L);
        assertThat(new Accounts().withGroups(new Account("root", 0, 0, "/root")).groups())
                .contains(0L);
        var nobody = asking(program("true"), program("true"), PATIENCE);
        assertThatThrownBy(() -> nobody.withGroups(alice))
                .as("left out is none")
                .hasMessageContaining("the groups of user 'alice'");
    }
}

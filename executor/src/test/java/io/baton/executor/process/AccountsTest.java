package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final AtomicLong now = new AtomicLong(System.nanoTime());
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

    /** A host whose name service went away a while ago: who was known is launched, and only one launch waits for it. */
    @Test
    void groupsThatWereKnownAreTakenWhileTheNameServiceHangs() throws IOException {
        var asked = directory.resolve("asked");
        var gone = directory.resolve("gone");
        var accounts = asking(
                program("false"),
                program("echo $2 >> " + asked + "; [ ! -e " + gone + " ] || exec sleep 600; echo 2 70"),
                Duration.ofSeconds(2));
        var alice = new Account("alice", 1, 2, "/");
        accounts.withGroups(alice);
        Files.createFile(gone);
        now.addAndGet(Duration.ofMinutes(2).toNanos());

        for (int i = 0; i < 5; i++) {
            assertThat(accounts.withGroups(alice).groups()).containsExactly(2L, 70L);
        }

        assertThat(asked).hasContent("alice\nalice\n");
    }

    /** It says the user's own group first, and then cannot find the others. */
    @Test
    void groupsThatWereNotAllFoundAreNone() throws IOException {
        var asked = directory.resolve("asked");
        var accounts = asking(program("false"), program("echo >> " + asked + "; echo 2; exit 1"), PATIENCE);
        var alice = new Account("alice", 1, 2, "/");

        assertThatThrownBy(() -> accounts.withGroups(alice)).hasMessageContaining("ended with status 1");
        assertThatThrownBy(() -> accounts.withGroups(alice)).hasMessageContaining("the groups of user 'alice'");
        assertThat(asked).hasContent("\n");
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        assertThatThrownBy(() -> accounts.withGroups(alice)).hasMessageContaining("ended with status 1");
    }

    @Test
    void whoIsRemovedFromTheHostIsUnknownAfterAMinute() throws IOException {
        var gone = directory.resolve("gone");
        var accounts = asking(
                program("[ ! -e " + gone + " ] || exit 2; echo bob:x:1005:5::/home/bob:"),
                program("[ ! -e " + gone + " ] || exit 1; echo 5 70"),
                PATIENCE);
        var bob = accounts.withGroups(accounts.find("bob").orElseThrow());
        Files.createFile(gone);
        assertThat(accounts.find("bob")).contains(new Account("bob", 1005, 5, "/home/bob"));
        now.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(accounts.find("bob")).isEmpty();
        assertThatThrownBy(() -> accounts.withGroups(bob)).hasMessageContaining("ended with status 1");
        assertThatThrownBy(() -> accounts.withGroups(bob)).hasMessageContaining("the groups of user 'bob'");
    }

    @Test
    void aUserMayHaveAnotherNumberAfterAMinute() throws IOException {
        var number = Files.writeString(directory.resolve("number"), "1005");
        var accounts = asking(program("echo bob:x:$(cat " + number + "):5::/:"), program("false"), PATIENCE);
        assertThat(accounts.find("bob").orElseThrow().user()).isEqualTo(1005);
        Files.writeString(number, "1006");
        now.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(accounts.find("bob").orElseThrow().user()).isEqualTo(1006);
    }

    /** One launch waits for it each minute; that it fails in another way than by knowing of nobody is no answer, either. */
    @ParameterizedTest
    @ValueSource(strings = {"exec sleep 600", "exit 1"})
    void whoWasKnownIsTakenForThatWhileTheNameServiceDoesNotAnswer(String end) throws IOException {
        var asked = directory.resolve("asked");
        var gone = directory.resolve("gone");
        var accounts = asking(
                program("echo $2 >> " + asked + "; [ ! -e " + gone + " ] || " + end + "; echo bob:x:1005:5::/:"),
                program("false"),
                Duration.ofSeconds(2));
        accounts.find("bob");
        Files.createFile(gone);
        now.addAndGet(Duration.ofMinutes(2).toNanos());

        for (int i = 0; i < 3; i++) {
            assertThat(accounts.find("bob").orElseThrow().user()).isEqualTo(1005);
        }

        assertThat(asked).hasContent("bob\nbob\n");
    }

    private Path program(String text) throws IOException {
        var file = directory.resolve("program-" + programs++);
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Accounts asking(Path getent, Path id, Duration patience) {
        return new Accounts(getent.toString(), id.toString(), patience.toNanos(), now::get);
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

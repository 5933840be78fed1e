package io.baton.sdk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.baton.sdk.error.CallRefusedException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.VersionConflictException;
import io.baton.testkit.FakeMaster;
import io.baton.testkit.http.HttpPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateStoreTest {
    private final FakeMaster master = FakeMaster.start();
    private final StateStore store = StateStore.at(master.url()).namespace("my scheduler");

    @AfterEach
    void stop() {
        master.close();
    }

    @Test
    void keepsValuesUnderVersionsThatGrow() {
        assertThat(store.get("id")).isEmpty();

        long first = store.create("id", "F-1");
        long second = store.put("id", "F-2");

        assertThat(second).isGreaterThan(first);
        assertThat(store.get("id")).contains(new Entry("id", second, ByteString.copyFromUtf8("F-2")));
        assertThat(store.get("id").orElseThrow().text()).isEqualTo("F-2");
    }

    @Test
    void writesOnConditionOfTheVersionThatWasRead() {
        long version = store.create("leader", "a");
        long next = store.replace("leader", version, "b");

        assertThatThrownBy(() -> store.replace("leader", version, "c"))
                .isInstanceOfSatisfying(VersionConflictException.class, conflict -> assertThat(conflict.version())
                        .isEqualTo(next));
        assertThatThrownBy(() -> store.create("leader", "c")).isInstanceOf(VersionConflictException.class);
        assertThatThrownBy(() -> store.delete("leader", version)).isInstanceOf(VersionConflictException.class);
        assertThat(store.get("leader").orElseThrow().text()).isEqualTo("b");
    }

    @Test
    void saysWhoItIsBySecretOrToken() {
        var said = new CopyOnWriteArrayList<String>();
        try (var port = new HttpPort(0, null, (request, to) -> {
            said.add(request.header("authorization"));
            to.answer(404, "");
        })) {
            var url = "http://127.0.0.1:" + port.number();
            StateStore.at(url).credentials("p", "s").namespace("n").get("k");
            StateStore.at(url).token("t").namespace("n").get("k");
        }

        assertThat(said).containsExactly("Basic cDpz", "Bearer t");
        assertThatThrownBy(() -> StateStore.at("m").token("t\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deletes() {
        long version = store.create("k", "v");

        store.delete("k", version);
        store.delete("k");

        assertThat(store.get("k")).isEmpty();
        assertThatThrownBy(() -> store.delete("k", version))
                .isInstanceOfSatisfying(VersionConflictException.class, gone -> assertThat(gone.version())
                        .isZero());
    }

    @Test
    void listsByPrefixAndSeesWhatChangesFromThere() throws Exception {
        store.put("task- is no key", "0");
        store.put("task-b", "1");
        store.put("task-a", "2");
        store.put("other", "3");
        StateStore.at(master.url()).namespace("another").put("task-c", "4");

        var listing = store.list("task-");

        assertThat(listing.entries()).extracting(Entry::key).containsExactly("task- is no key", "task-a", "task-b");
        assertThat(store.changes("task-", listing.version(), Duration.ZERO).isEmpty())
                .isTrue();

        var next =
                CompletableFuture.supplyAsync(() -> store.changes("task-", listing.version(), Duration.ofSeconds(20)));
        store.put("other", "5");
        store.put("task-a", "6");

        var changes = next.get(20, TimeUnit.SECONDS);
        assertThat(changes.written()).extracting(Entry::text).containsExactly("6");
        store.delete("task-b");
        assertThat(store.changes("task-", changes.version(), Duration.ofSeconds(20))
                        .deleted())
                .isEqualTo(List.of("task-b"));
    }

    @Test
    void listsMoreThanAPage() {
        for (int i = 0; i < 1_005; i++) {
            store.put("k" + (10_000 + i), "v");
        }

        assertThat(store.list("").entries()).hasSize(1_005).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobs/42", "..", "a\\b", "a\nb"})
    void aKeyThatMastersDoNotTakeIsRefused(String key) {
        assertThatThrownBy(() -> store.put(key, "v"))
                .isInstanceOfSatisfying(CallRefusedException.class, refused -> assertThat(refused.status())
                        .isEqualTo(400));
    }

    /** Head at once, body never: of a master that stands still, or lost its power. */
    @Test
    void turnsToAnotherMasterFromAnAnswerThatDoesNotEnd() throws IOException {
        store.put("k", "v");
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = new Thread(() -> answerHalf(silent));
            server.setDaemon(true);
            server.start();

            var value = StateStore.at("http://127.0.0.1:" + silent.getLocalPort(), master.url())
                    .timeLimit(Duration.ofSeconds(20))
                    .namespace("my scheduler")
                    .get("k");

            assertThat(value)
                    .hasValueSatisfying(entry -> assertThat(entry.text()).isEqualTo("v"));
        }
    }

    private static void answerHalf(ServerSocket server) {
        var half = "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 100\r\n\r\nhalf";
        try (var connection = server.accept()) {
            connection.getOutputStream().write(half.getBytes(StandardCharsets.UTF_8));
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void turnsToAnotherMaster() {
        var peer = master.peer();
        var both = StateStore.at(peer.url() + "," + master.url()).namespace("my scheduler");
        both.put("k", "v");
        peer.close();

        assertThat(both.get("k").orElseThrow().text()).isEqualTo("v");
    }

    @Test
    void saysWhenNoMajorityIsThere() {
        var impatient =
                StateStore.at(master.url()).timeLimit(Duration.ofMillis(300)).namespace("n");
        master.majority(false);

        assertThatThrownBy(() -> impatient.get("k"))
                .isInstanceOf(MasterUnreachableException.class)
                .hasMessageContaining("a majority of the masters must be up");
    }

    @Test
    void passesOnTheLimitThatWasReached() {
        assertThatThrownBy(() -> store.put("k", ByteString.copyFrom(new byte[300_000])))
                .isInstanceOf(CallRefusedException.class)
                .hasMessageContaining("more than 262144 bytes");
    }

    @Test
    void refusesWhatIsNoMaster() {
        assertThatThrownBy(() -> StateStore.at("ftp://h")).hasMessageContaining("http://host:5050");
    }
}

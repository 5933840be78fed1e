package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.store.StoreAnswer;
import io.baton.core.store.StoredValue;
import io.baton.core.store.ValueChange;
import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore;
import io.baton.core.store.ValueStore.Range;
import io.baton.resourcemanager.store.RegistryValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state store on three replicas. */
class RegistryValuesTest {
    private static final Range ALL = new Range("n", "");

    @TempDir
    private Path directory;

    private static RegistryValues store(Masters masters, String master) {
        return RegistryValues.of(masters.replica(master), Clock.systemUTC(), ForkJoinPool.commonPool());
    }

    private static Map<String, RegistryValues> stores(Masters masters) {
        var stores = new TreeMap<String, RegistryValues>();
        masters.nodes.keySet().forEach(name -> stores.put(name, store(masters, name)));
        return stores;
    }

    private static ValueKey key(String key) {
        return new ValueKey("n", key);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return Masters.await(stage.toCompletableFuture());
    }

    private static long written(StoreAnswer answer) {
        assertThat(answer).isInstanceOf(StoreAnswer.Written.class);
        return ((StoreAnswer.Written) answer).version();
    }

    /** Written for certain: on a busy machine there may be no leader for a moment. */
    private static long put(ValueStore store, String key, String value) {
        for (int attempt = 0; attempt < 5; attempt++) {
            if (now(store.put(key(key), bytes(value), OptionalLong.empty())) instanceof StoreAnswer.Written written) {
                return written.version();
            }
        }
        throw new AssertionError("no majority in 20 s");
    }

    private static StoredValue read(ValueStore store) {
        for (int attempt = 0; attempt < 5; attempt++) {
            if (now(store.get(key("k"), true)) instanceof StoreAnswer.Page page) {
                return page.values().get(0);
            }
        }
        throw new AssertionError("no majority in 20 s");
    }

    private static List<String> shown(StoreAnswer answer) {
        assertThat(answer).isInstanceOf(StoreAnswer.Changed.class);
        return ((StoreAnswer.Changed) answer)
                .changes().stream()
                        .map(change -> change.key() + "="
                                + change.value()
                                        .map(StoredValue::value)
                                        .map(ByteString::toStringUtf8)
                                        .orElse("-"))
                        .toList();
    }

    @Test
    void ofTwoConflictingWritersExactlyOneWins() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var stores = stores(masters);
            var names = List.copyOf(stores.keySet());
            put(stores.get("a"), "k", "0");
            int decided = 0;
            var before = read(stores.get("a"));

            for (int round = 0; round < 100; round++) {
                var expected = OptionalLong.of(before.version());
                var writers = new ArrayList<CompletionStage<StoreAnswer>>();
                for (int writer = 0; writer < 2; writer++) {
                    writers.add(stores.get(names.get((round + writer) % 3))
                            .put(key("k"), bytes(round + "-" + writer), expected));
                }
                var answers = writers.stream()
                        .map(RegistryValuesTest::<StoreAnswer>now)
                        .toList();
                var after = read(stores.get(names.get((round + 2) % 3)));

                for (int writer = 0; writer < 2; writer++) {
                    boolean isIn = after.value().equals(bytes(round + "-" + writer));
                    if (answers.get(writer) instanceof StoreAnswer.Written written) {
                        assertThat(after)
                                .isEqualTo(new StoredValue("k", written.version(), bytes(round + "-" + writer)));
                        decided++;
                    } else if (!(answers.get(writer) instanceof StoreAnswer.Unknown)) {
                        assertThat(isIn)
                                .as("round %d: %s and yet written", round, answers)
                                .isFalse();
                    }
                }
                before = after;
            }

            assertThat(decided).as("rounds with a winner").isBetween(50, 100);
        }
    }

    @Test
    void whoWatchesAtOneMasterSeesWhatIsWrittenAtAnother() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var stores = stores(masters);
            long before = put(stores.get("a"), "task-1", "v");
            var watch = stores.get("b").watch(new Range("n", "task-"), before, Duration.ofSeconds(20));

            put(stores.get("c"), "other", "v");
            put(stores.get("c"), "task-2", "w");

            var changed = now(watch);
            assertThat(shown(changed)).containsExactly("task-2=w");
            long last = written(now(stores.get("c").delete(key("task-1"), OptionalLong.of(before))));
            assertThat(now(stores.get("a")
                            .watch(ALL, ((StoreAnswer.Changed) changed).version(), Duration.ofSeconds(20))))
                    .isEqualTo(
                            new StoreAnswer.Changed(List.of(new ValueChange("task-1", last, Optional.empty())), last));
        }
    }

    @Test
    void changesBeforeTheStartOfAMasterAreNotKept() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            long first = written(now(store(masters, "a").put(key("k"), bytes("1"), OptionalLong.empty())));
            now(store(masters, "a").put(key("k"), bytes("2"), OptionalLong.empty()));

            var late = store(masters, "a");

            assertThat(now(late.watch(ALL, first, Duration.ofSeconds(20)))).isInstanceOf(StoreAnswer.Expired.class);
            var page = (StoreAnswer.Page) now(late.list(ALL, "", 10, true));
            assertThat(shown(now(late.watch(ALL, page.version(), Duration.ZERO))))
                    .isEmpty();
        }
    }

    @Test
    void pagesHoldValuesInTheOrderOfTheirKeys() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var store = store(masters, "a");
            for (var key : List.of("b2", "a", "b1", "c", "b3")) {
                now(store.put(key(key), bytes("v"), OptionalLong.empty()));
            }

            var first = (StoreAnswer.Page) now(store.list(new Range("n", "b"), "", 2, false));
            var second = (StoreAnswer.Page)
                    now(store.list(new Range("n", "b"), first.next().orElseThrow(), 2, false));

            assertThat(first.values()).extracting(StoredValue::key).containsExactly("b1", "b2");
            assertThat(second.values()).extracting(StoredValue::key).containsExactly("b3");
            assertThat(second.next()).isEmpty();
        }
    }

    @Test
    void aMinorityRefusesWithinFiveSecondsButShowsItsCopy() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            var store = store(masters, "a");
            put(store, "k", "v");
            masters.stop("b");
            masters.stop("c");

            long begin = System.nanoTime();
            var answers = List.of(
                    now(store.put(key("k"), bytes("w"), OptionalLong.empty())), now(store.list(ALL, "", 10, true)));

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            assertThat(answers.get(0)).isInstanceOfAny(StoreAnswer.Unavailable.class, StoreAnswer.Unknown.class);
            assertThat(answers.get(1)).isInstanceOf(StoreAnswer.Unavailable.class);
            assertThat(now(store.get(key("k"), false))).isInstanceOf(StoreAnswer.Page.class);
        }
    }

    @Test
    void namesTheLimitThatWasReached() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            var store = store(masters, "a");

            var answer = now(store.put(key("k"), ByteString.copyFrom(new byte[300_000]), OptionalLong.empty()));

            assertThat(answer).isInstanceOfSatisfying(StoreAnswer.Refused.class, refused -> {
                assertThat(refused.limit()).isTrue();
                assertThat(refused.why()).contains("262144");
            });
        }
    }
}

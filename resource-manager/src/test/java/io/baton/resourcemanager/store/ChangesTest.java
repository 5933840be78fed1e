package io.baton.resourcemanager.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangesTest {
    private final Changes<String> changes = new Changes<>();

    private List<String> changed(String key, long version) {
        return changes.changed(new ValueKey("n", key), version);
    }

    @Test
    void whoKnowsAVersionIsNotWokenByItsLateArrival() {
        changes.await(new Range("n", ""), 7, "one");

        assertThat(changes.changed(new ValueKey("n", "k"), 7)).isEmpty();
        assertThat(changes.changed(new ValueKey("n", "k"), 8)).containsExactly("one");
    }

    @Test
    void showsEachKeyOnceWithItsLastChange() {
        changed("a", 1);
        changed("b", 2);
        changed("a", 3);
        changes.changed(new ValueKey("another", "a"), 4);

        assertThat(changes.since(new Range("n", ""), 0).orElseThrow()).hasToString("{2=b, 3=a}");
        assertThat(changes.since(new Range("n", "b"), 0).orElseThrow()).hasToString("{2=b}");
        assertThat(changes.since(new Range("n", ""), 2).orElseThrow()).hasToString("{3=a}");
        assertThat(changes.since(new Range("n", ""), 3).orElseThrow()).isEmpty();
    }

    @Test
    void wakesWhoWaitsForTheKeyOnce() {
        changes.await(new Range("n", "task-"), 0, "one");
        changes.await(new Range("n", ""), 0, "two");
        changes.await(new Range("another", ""), 0, "three");

        assertThat(changed("other", 1)).containsExactly("two");
        assertThat(changed("task-1", 2)).containsExactly("one");
        assertThat(changed("task-1", 3)).isEmpty();
        assertThat(changes.waiting()).isEqualTo(1);
    }

    @Test
    void whoLeavesIsNotWoken() {
        changes.await(new Range("n", ""), 0, "one");
        changes.leave(new Range("n", ""), 0, "one");
        changes.leave(new Range("n", ""), 0, "one");

        assertThat(changed("a", 1)).isEmpty();
        assertThat(changes.waiting()).isZero();
    }

    @Test
    void forgetsTheOldest() {
        for (int i = 1; i <= Changes.KEPT + 1; i++) {
            changed("k", i);
        }

        assertThat(changes.since(new Range("n", ""), 0)).isEmpty();
        assertThat(changes.since(new Range("n", ""), 1).orElseThrow()).hasSize(1);
    }

    @Test
    void beginsAnewWithWhatItKnowsNothingOf() {
        changes.await(new Range("n", ""), 0, "one");
        changed("x", 1);
        changes.await(new Range("n", ""), 0, "two");

        assertThat(changes.reset(10)).containsExactly("two");
        assertThat(changes.since(new Range("n", ""), 9)).isEmpty();
        assertThat(changes.since(new Range("n", ""), 10).orElseThrow()).isEmpty();
    }
}

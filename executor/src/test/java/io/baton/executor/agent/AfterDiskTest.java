package io.baton.executor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AfterDiskTest {
    private final AfterDisk afterDisk = new AfterDisk();
    private final List<String> done = new ArrayList<>();

    private void add(String what) {
        afterDisk.add(() -> done.add(what));
        afterDisk.drain();
    }

    private void durable(long number) {
        afterDisk.durable(number);
        afterDisk.drain();
    }

    private void prepared(String container) {
        afterDisk.prepared(container, () -> done.add("launch " + container));
        afterDisk.drain();
    }

    @Test
    void whatFollowsARecordWaitsForItInTurn() {
        add("first");
        assertThat(done).containsExactly("first");

        afterDisk.appended(1);
        add("second");
        afterDisk.appended(2);
        add("third");
        assertThat(done).containsExactly("first");

        durable(1);
        assertThat(done).containsExactly("first", "second");
        durable(2);
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void whatIsPreparedAheadIsNotLaunchedBeforeItsRecordIsOnTheDisk() {
        afterDisk.appended(1);
        assertThat(afterDisk.prepareNow("c")).isTrue();

        prepared("c");
        assertThat(done).isEmpty();

        durable(1);
        assertThat(done).containsExactly("launch c");
    }

    @Test
    void whatIsOnTheDiskByThenIsLaunchedAtOnce() {
        afterDisk.appended(1);
        assertThat(afterDisk.prepareNow("c")).isTrue();
        durable(1);
        afterDisk.appended(2);
        add("later");

        prepared("c");

        assertThat(done).containsExactly("launch c");
    }

    @Test
    void nothingIsPreparedPastWhatWaits() {
        afterDisk.appended(1);
        add("remove a volume");
        afterDisk.appended(2);

        assertThat(afterDisk.prepareNow("c")).isFalse();

        durable(2);
        assertThat(afterDisk.prepareNow("c")).isTrue();
        prepared("c");
        assertThat(done).containsExactly("remove a volume", "launch c");
    }
}

package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RuntimeStartsTest {
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final RuntimeStarts starts = new RuntimeStarts(begun::contains);

    @AfterEach
    void close() {
        starts.close();
    }

    private void hold(String container) {
        starts.hold(container, () -> told.add(container));
    }

    @Test
    void newsIsToldWhenTheProgramHasBegun() {
        hold("a");
        hold("b");
        assertThat(told).isEmpty();

        begun.add("b");
        Awaitility.await().until(() -> told.contains("b"));
        assertThat(told).containsExactly("b");

        begun.add("a");
        Awaitility.await().until(() -> told.size() == 2);
        begun.add("c");
        hold("c");
        Awaitility.await().until(() -> told.size() == 3);
        assertThat(told).containsExactly("b", "a", "c");
    }

    @Test
    void newsIsToldBeforeTheEndAndOnce() {
        hold("a");

        starts.release("a");
        assertThat(told).containsExactly("a");

        begun.add("a");
        hold("b");
        begun.add("b");
        Awaitility.await().until(() -> told.contains("b"));
        starts.release("a");
        assertThat(told).containsExactly("a", "b");
    }

    @Test
    void newsIsNotHeldForEver() {
        hold("hangs");

        Awaitility.await().atMost(RuntimeStarts.MOST.multipliedBy(5)).until(() -> told.contains("hangs"));
    }
}

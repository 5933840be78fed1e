package io.baton.resourcemanager.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecentTimesTest {
    private final RecentTimes times = new RecentTimes();

    private TreeMap<String, Double> shown() {
        var out = new TreeMap<String, Double>();
        times.show("run_ms", out);
        return out;
    }

    @Test
    void beforeTheFirstThereIsOnlyTheirNumber() {
        assertThat(shown()).containsOnly(java.util.Map.entry("run_ms/count", 0.0));
    }

    @Test
    void showsTheLastAndHowTheyAreSpread() {
        for (int i = 100; i >= 0; i--) {
            times.add(i);
        }
        assertThat(shown())
                .containsEntry("run_ms", 0.0)
                .containsEntry("run_ms/count", 101.0)
                .containsEntry("run_ms/min", 0.0)
                .containsEntry("run_ms/max", 100.0)
                .containsEntry("run_ms/p50", 50.0)
                .containsEntry("run_ms/p99", 99.0)
                .hasSize(10);
    }

    @Test
    void forgetsTheOldest() {
        times.add(1e9);
        for (int i = 0; i < RecentTimes.KEPT; i++) {
            times.add(1);
        }
        assertThat(shown()).containsEntry("run_ms/max", 1.0).containsEntry("run_ms/count", RecentTimes.KEPT + 1.0);
    }
}

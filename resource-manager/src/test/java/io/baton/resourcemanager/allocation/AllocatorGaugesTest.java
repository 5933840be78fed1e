package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AllocatorGaugesTest {
    private final Stage stage = new Stage();

    private double gauge(String name) {
        return stage.allocator.gauges().get("allocator/mesos/" + name);
    }

    @Test
    void tellsNothingOfNothing() {
        assertThat(stage.allocator.gauges()).isEmpty();
    }

    @Test
    void tellsOfTheCluster() {
        stage.framework("f", "r").agent("x", "cpus:2 mem:1024").agent("y", "cpus:2 mem:512");
        stage.holding("x", "f", "r", "cpus:1");
        assertThat(gauge("resources/cpus/total")).isEqualTo(4);
        assertThat(gauge("resources/cpus/offered_or_allocated")).isEqualTo(1);
        stage.round();
        assertThat(gauge("resources/mem/offered_or_allocated")).isEqualTo(1536);
        stage.gone("y");
        assertThat(gauge("resources/mem/total")).isEqualTo(1024);
    }

    @Test
    void tellsOfQuotas() {
        stage.framework("f", "r").agent("x", "cpus:2 cpus(r):1").quota("r", "cpus:2", "cpus:3 mem:64");
        assertThat(gauge("quota/roles/r/resources/cpus/guarantee")).isEqualTo(2);
        assertThat(gauge("quota/roles/r/resources/cpus/limit")).isEqualTo(3);
        assertThat(gauge("quota/roles/r/resources/cpus/offered_or_allocated")).isEqualTo(1);
        assertThat(gauge("quota/roles/r/resources/cpus/consumed")).isEqualTo(1);
        stage.round();
        assertThat(gauge("quota/roles/r/resources/cpus/offered_or_allocated")).isEqualTo(3);
        assertThat(gauge("quota/roles/r/resources/mem/limit")).isEqualTo(64);
        stage.unquota("r");
        assertThat(stage.allocator.gauges().keySet())
                .filteredOn(name -> name.contains("quota"))
                .as("what it consumes, as in Mesos")
                .containsExactly("allocator/mesos/quota/roles/r/resources/cpus/consumed");
    }

    @Test
    void tellsOnHowManyAgentsSomethingWasRefused() {
        stage.framework("f", "r").agent("x", "cpus:2").agent("y", "cpus:2").agent("z", "cpus:2");
        stage.round();
        var minute = Duration.ofMinutes(1);
        stage.decline("x", "f", minute).decline("y", "f", minute).decline("z", "f", Duration.ofSeconds(5));
        assertThat(gauge("offer_filters/roles/r/active")).isEqualTo(3);
        stage.pass(Duration.ofSeconds(10));
        assertThat(gauge("offer_filters/roles/r/active")).as("one has ended").isEqualTo(2);
        stage.round();
        stage.decline("z", "f", minute).gone("x");
        assertThat(gauge("offer_filters/roles/r/active"))
                .as("one agent is gone")
                .isEqualTo(2);
        stage.revive("f", "r");
        assertThat(gauge("offer_filters/roles/r/active")).isZero();
        stage.pass(minute.multipliedBy(2));
        assertThat(gauge("offer_filters/roles/r/active"))
                .as("nothing ends twice")
                .isZero();
    }

    @Test
    void tellsOfSuppressedRoles() {
        stage.framework("f", List.of("r", "s"), List.of("s"), info -> info);
        assertThat(stage.allocator.gauges())
                .containsEntry("framework/f/roles/s/suppressed", 1.0)
                .doesNotContainKey("framework/f/roles/r/suppressed");
    }

    @Test
    void tellsOfShares() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:1024").holding("x", "f", "r", "cpus:1 mem:512");
        assertThat(gauge("roles/r/shares/dominant")).isEqualTo(0.5);
    }

    @Test
    void namesThatAreNotSharedDoNotCountInShares() {
        var d = AllocationRules.DEFAULT;
        var one = new Stage(new AllocationRules(
                d.roleOrder(),
                d.frameworkOrder(),
                d.seed(),
                new TreeSet<>(List.of("mem")),
                d.floor(),
                d.filterGpus(),
                d.region(),
                d.backOff(),
                d.preemption()));
        one.framework("f", "r").agent("x", "cpus:4 mem:1024").holding("x", "f", "r", "cpus:1 mem:512");
        assertThat(one.allocator.gauges()).containsEntry("allocator/mesos/roles/r/shares/dominant", 0.25);
    }
}

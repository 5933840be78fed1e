package io.baton.resourcemanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.allocation.OfferFloor;
import io.baton.resourcemanager.allocation.PreemptionRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterConfigTest {
    @Test
    void hasDefaultsLikeMesosButForLeases() {
        var config = MasterConfig.from(ConfigFactory.load());

        assertThat(config.offerTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.unreachableAfter()).isEqualTo(Duration.ofSeconds(75));
        var d = AllocationRules.DEFAULT;
        assertThat(config.allocation())
                .isEqualTo(new AllocationRules(
                        d.roleOrder(),
                        d.frameworkOrder(),
                        d.seed(),
                        d.notShared(),
                        d.floor(),
                        d.filterGpus(),
                        d.region(),
                        true,
                        PreemptionRules.OFF));
    }

    @Test
    void readsTheAllocator() {
        var rules = MasterConfig.from(with("role-order = random, not-shared = [gpus], region = here, "
                        + "min-allocatable = [\"cpus:0.5;mem:100\"]"))
                .allocation();

        assertThat(rules.roleOrder()).isEqualTo(AllocationRules.Order.RANDOM);
        assertThat(rules.notShared()).containsExactly("gpus");
        assertThat(rules.region()).isEqualTo(Optional.of("here"));
        assertThat(rules.floor()).hasSize(1);
        assertThat(rules.floor().get(0).millis()).isEqualTo(Map.of("cpus", 500L, "mem", 100_000L));
    }

    @Test
    void readsPreemption() {
        var rules = MasterConfig.from(
                        with("preemption { enabled = on, priorities = [\"prod:10\", \"a:b/c:-1\"], unit = \"gpus:1\","
                                + " patience = 1s, deadline = 2s, kills = 3, interval = 4s, at-once = 5 }"))
                .allocation()
                .preemption();

        assertThat(rules)
                .isEqualTo(new PreemptionRules(
                        true,
                        new TreeMap<>(Map.of("prod", 10, "a:b/c", -1)),
                        new OfferFloor.Quantity(new TreeMap<>(Map.of("gpus", 1000L))),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        3,
                        Duration.ofSeconds(4),
                        5));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            role-order = fair                | must be drf or random, is fair
            min-allocatable = [many]         | must be of the form "cpus:0.01;mem:32", is "many"
            min-allocatable = ["cpus:-1"]    | must be of the form
            preemption.priorities = [prod]   | must be of the form "role:10", is "prod"
            preemption.priorities = ["p:x"]  | must be of the form "role:10", is "p:x"
            preemption.unit = ""             | must be of the form
            preemption.kills = -1            | must be at least 0, is -1
            preemption.interval = 10ms       | must be at least PT1S
            preemption.at-once = 0           | must be at least 1, is 0
            """)
    void refuses(String setting, String problem) {
        assertThatThrownBy(() -> MasterConfig.from(with(setting)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("baton.master.allocator.");
    }

    private static Config with(String settings) {
        return ConfigFactory.parseString("baton.master.allocator {" + settings + "}")
                .withFallback(ConfigFactory.load());
    }

    @Test
    void leasesMayLastForever() {
        var config =
                ConfigFactory.parseString("baton.master.offer-timeout = 0s").withFallback(ConfigFactory.load());
        assertThat(List.of(MasterConfig.from(config).offerTimeout())).containsExactly(Duration.ZERO);
    }
}

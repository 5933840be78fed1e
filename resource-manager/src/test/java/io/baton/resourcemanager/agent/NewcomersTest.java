package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewcomersTest {
    private final Newcomers newcomers = new Newcomers(new Newcomers.Limits(4, 2, 100, 2, 1, 1000));

    private Newcomers.Newcomer from(String address) {
        return newcomers.admit(address, false).orElseThrow();
    }

    @Test
    void oneAddressHasOnlyItsShare() {
        var first = from("a");
        from("a");
        assertThat(newcomers.admit("a", false)).isEmpty();
        from("b");

        first.over();
        first.over();

        assertThat(newcomers.open()).isEqualTo(2);
        from("a");
        assertThat(newcomers.admit("a", false)).isEmpty();
    }

    @Test
    void inAllThereAreNoMoreThanSoMany() {
        for (int i = 0; i < 4; i++) {
            assertThat(newcomers.admit("here", true)).isPresent();
        }

        assertThat(newcomers.admit("here", true)).isEmpty();
        assertThat(newcomers.admit("b", false)).isEmpty();
    }

    @Test
    void fewMayBringMuchAtTheSameTime() {
        var one = from("a");
        var other = from("a");
        assertThat(one.takes(100)).isTrue();
        assertThat(other.takes(100)).isTrue();
        assertThat(one.takes(1)).isTrue();
        assertThat(one.takes(1_000_000)).isTrue();

        assertThat(other.takes(1)).as("its address has a large one").isFalse();
        assertThat(from("b").takes(101)).isTrue();
        assertThat(from("c").takes(101)).as("there are two").isFalse();

        one.over();
        assertThat(other.takes(1)).isTrue();
    }

    @Test
    void whatBecomesOfTheirFramesHasABoundTogether() {
        var one = from("a");
        var other = from("b");
        assertThat(one.unpacks(900)).isTrue();

        assertThat(other.unpacks(101)).isFalse();
        assertThat(other.unpacks(100)).isTrue();

        one.over();
        assertThat(other.unpacks(900)).isTrue();
        assertThat(one.unpacks(1_000_000)).as("its agent has registered").isTrue();
        other.over();
        assertThat(from("c").unpacks(1001)).as("one alone").isTrue();
    }

    @Test
    void whoseAgentHasRegisteredMayBringAnything() {
        from("b").takes(101);
        from("c").takes(101);
        var known = from("a");
        assertThat(known.takes(101)).isFalse();

        known.over();

        assertThat(known.takes(1_000_000)).isTrue();
    }
}

package io.baton.sdk.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MastersTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        //b:5051                     | http://b:5051/api/v1/scheduler
        //b:5051/api/v1/scheduler    | http://b:5051/api/v1/scheduler
        //b/master/api/v1/scheduler  | http://b/master/api/v1/scheduler
        http://b:1/x                 | http://b:1/x
        https://b/x                  | https://b/x
        /elsewhere                   | http://a:5050/elsewhere
        """)
    void resolvesEveryFormOfLocation(String location, String target) {
        assertThat(Masters.resolve(URI.create("http://a:5050/api/v1/scheduler"), location))
                .isEqualTo(URI.create(target));
    }

    @Test
    void leavesNoEncryptedWayForAnother() {
        var from = URI.create("https://a:5050/api/v1/scheduler");

        assertThat(Masters.resolve(from, "http://b:5050/x")).isNull();
        assertThat(Masters.resolve(from, "//b:5050/x")).isEqualTo(URI.create("https://b:5050/x"));
    }

    @ParameterizedTest
    @CsvSource({"http:// /", "'//b:port:5'", "'%'"})
    void refusesALocationThatIsNoAddress(String location) {
        assertThat(Masters.resolve(URI.create("http://a/x"), location)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 50, 100", "2, 100, 200", "5, 800, 1600", "8, 5000, 10000", "60, 5000, 10000"})
    void waitsLongerAndLongerUpToALimit(int failures, long least, long most) {
        var backoff = new Backoff(100, 10_000, new Random());
        for (var i = 0; i < 200; i++) {
            assertThat(backoff.millis(failures)).isBetween(least, most);
        }
    }

    @Test
    void waitsLittleWhileThereAreUntriedMasters() {
        var masters = new Masters(
                java.util.List.of(URI.create("http://a/"), URI.create("http://b/"), URI.create("http://c/")),
                new Backoff(100, 10_000, new Random(1)));

        assertThat(masters.failed("x")).isLessThanOrEqualTo(100);
        assertThat(masters.failed("x")).isLessThanOrEqualTo(100);
        assertThat(masters.failed("x")).isLessThanOrEqualTo(100);
        assertThat(masters.failed("x")).isBetween(100L, 200L);
        assertThat(masters.shown()).isEqualTo("http://a/ (x), http://b/ (x), http://c/ (x)");
    }

    @Test
    void waitsHardlyAtAllWhenAMasterThatHasServedIsGoneAndThereAreOthers() {
        var a = URI.create("http://a/");
        var b = URI.create("http://b/");
        var masters = new Masters(java.util.List.of(a, b), new Backoff(100, 10_000, new Random(1)));
        for (int i = 0; i < 50; i++) {
            assertThat(masters.left("x")).isLessThanOrEqualTo(Masters.MOVE_MILLIS);
        }
        assertThat(masters.current()).isEqualTo(a);
        masters.left("x");
        assertThat(masters.current()).isEqualTo(b);

        var alone = new Masters(java.util.List.of(a), new Backoff(100, 10_000, new Random(1)));
        assertThat(alone.left("x")).isBetween(50L, 100L);
    }
}

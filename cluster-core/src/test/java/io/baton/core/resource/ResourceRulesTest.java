package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users may ask for, the strange included. */
class ResourceRulesTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1                      |
            cpus:0                      |
            cpus:-0.0                   |
            cpus:0.0000001              |
            cpus:-1                     | is negative
            cpus:NaN                    | is not a number
            cpus:Infinity               | is not a number
            cpus:1e308                  | is above
            gpus:0.5                    | is not a whole number
            gpus:2                      |
            ports:[31000-31005]         |
            ports:[5-1]                 | ends before it begins
            ports:[1-5,5-9]             | overlap
            ports:[8-9,1-8]             | overlap
            ports:[70000-70001]         | is beyond port
            cpus(a)(a/b)(a/b/c):1       |
            cpus(a)(b):1                | is not below
            cpus(a)(a):1                | is not below
            cpus(a)(ab):1               | is not below
            cpus(=a)(a/b):1             |
            cpus(a)(=a/b):1             | a static reservation
            cpus(*):1                   | a reservation for no role
            cpus(-x):1                  | must not have
            disk(a)[v]:10               |
            disk(a)[v]<S>:10            |
            disk(a)<S>:10               | only persistent volumes can be shared
            disk(a)[v]{REV}:10          | cannot be revocable
            cpus(a)[v]:10               | 'disk' is for the resource of that name
            cpus:1; cpus:[1-2]          | two types of value
            """)
    void saysWhatWillNotDo(String resources, String problem) {
        var found = ResourceRules.problemOf(Bundle.protos(resources));

        if (problem == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValueSatisfying(p -> assertThat(p).contains(problem));
        }
    }

    @Test
    void refusesBothWaysOfReservingAtOnce() {
        var both = Bundle.protos("cpus(a):1").get(0).toBuilder().setRole("a").build();
        var noRole = Bundle.protos("cpus:1").get(0).toBuilder()
                .setReservation(ReservationInfo.getDefaultInstance())
                .build();

        assertThat(ResourceRules.problemOf(List.of(both)))
                .hasValueSatisfying(p -> assertThat(p).contains("together"));
        assertThat(ResourceRules.problemOf(List.of(noRole)))
                .hasValueSatisfying(p -> assertThat(p).contains("without a role"));
    }

    @Test
    void readsManyRangesInNoTime() {
        var ranges = new ArrayList<Value.Range>();
        for (int i = 200_000; i > 0; i--) {
            ranges.add(
                    Value.Range.newBuilder().setBegin(3L * i).setEnd(3L * i + 1).build());
        }
        var many = Resource.newBuilder()
                .setName("numbers")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder().addAllRange(ranges))
                .build();

        Assertions.assertTimeout(Duration.ofSeconds(20), () -> assertThat(ResourceRules.problemOf(List.of(many)))
                .isEmpty());
    }
}

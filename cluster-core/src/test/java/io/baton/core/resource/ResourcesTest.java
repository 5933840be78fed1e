package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The behaviours of Mesos's own resource tests, as tables. */
class ResourcesTest {
    @ParameterizedTest(name = "{0} + {1} = {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1; mem:5             | cpus:2; mem:10            | cpus:3; mem:15
            cpus:1                    | mem:5                     | cpus:1; mem:5
            cpus:1                    | cpus(a):1                 | cpus:1; cpus(a):1
            cpus(a):1                 | cpus(=a):1                | cpus(=a):1; cpus(a):1
            cpus(a):1                 | cpus(a)(a/b):1            | cpus(a):1; cpus(a)(a/b):1
            cpus:1                    | cpus{REV}:1               | cpus:1; cpus{REV}:1
            ports:[1-5]               | ports:[6-9]               | ports:[1-9]
            ports:[1-5]               | ports:[3-4]               | ports:[1-5]
            ports:[1-2,8-9]           | ports:[4-5]               | ports:[1-2,4-5,8-9]
            ports:[10-20]             | ports:[1-3,15-30]         | ports:[1-3,10-30]
            ports:[1-1]               | ports:[3-3]               | ports:[1-1,3-3]
            ports:[]                  | ports:[1-2]               | ports:[1-2]
            zones:{a,b}               | zones:{b,c}               | zones:{a,b,c}
            disk(a)[v1]:10            | disk(a)[v2]:10            | disk(a)[v1]:10; disk(a)[v2]:10
            disk(a)[v]<S>:10          | disk(a)[v]<S>:10          | disk(a)[v]<S>:10; disk(a)[v]<S>:10
            disk@/x:10                | disk@/y:10                | disk@/x:10; disk@/y:10
            cpus:0                    | mem:0                     | {}
            cpus:0.001                | cpus:0.0004               | cpus:0.001
            """)
    void adds(String a, String b, String sum) {
        assertThat(Bundle.of(a).plus(Bundle.of(b))).isEqualTo(Bundle.of(sum));
        assertThat(Bundle.of(b).plus(Bundle.of(a))).isEqualTo(Bundle.of(sum));
    }

    @ParameterizedTest(name = "{0} - {1} = {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:3; mem:15            | cpus:2; mem:10            | cpus:1; mem:5
            cpus:3; mem:15            | cpus:3                    | mem:15
            cpus:3                    | cpus:3                    | {}
            cpus:3; cpus(a):2         | cpus(a):1                 | cpus:3; cpus(a):1
            cpus:3                    | cpus(a):1                 | cpus:3
            cpus:3                    | mem:1                     | cpus:3
            ports:[1-9]               | ports:[4-5]               | ports:[1-3,6-9]
            ports:[1-9]               | ports:[1-3,9-9]           | ports:[4-8]
            ports:[1-3,5-9]           | ports:[2-6]               | ports:[1-1,7-9]
            ports:[5-9]               | ports:[1-2,20-30]         | ports:[5-9]
            ports:[1-9]               | ports:[1-9]               | {}
            zones:{a,b,c}             | zones:{b,d}               | zones:{a,c}
            disk(a)[v]:10; cpus:1     | disk(a)[v]:10             | cpus:1
            disk(a)[v]<S>:9; disk(a)[v]<S>:9 | disk(a)[v]<S>:9    | disk(a)[v]<S>:9
            disk(a)[v]<S>:9           | disk(a)[v]<S>:9           | {}
            """)
    void subtracts(String a, String b, String left) {
        assertThat(Bundle.of(a).minus(Bundle.of(b))).isEqualTo(Bundle.of(left));
    }

    @ParameterizedTest(name = "{0} contains {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:3; mem:15            | cpus:3                    | true
            cpus:3; mem:15            | cpus:3.001                | false
            cpus:3                    | mem:1                     | false
            cpus:3                    | {}                        | true
            {}                        | cpus:1                    | false
            cpus:3                    | cpus(a):1                 | false
            cpus(a):3                 | cpus:1                    | false
            cpus(a):3                 | cpus(=a):1                | false
            cpus{REV}:3               | cpus:1                    | false
            mem:5; cpus:3; disk:1     | disk:1; mem:5             | true
            ports:[1-9]               | ports:[1-2,5-9]           | true
            ports:[1-3,5-9]           | ports:[3-5]               | false
            ports:[1-3,5-9]           | ports:[1-3,5-10]          | false
            ports:[1-3]               | ports:[5-6]               | false
            zones:{a,b}               | zones:{a}                 | true
            zones:{a,b}               | zones:{a,c}               | false
            disk(a)[v]:10             | disk(a)[v]:10             | true
            disk(a)[v]:10             | disk(a)[v]:5              | false
            disk(a)[v]:10             | disk(a):5                 | false
            disk@/x:10                | disk@/x:4                 | false
            disk@/x:10                | disk@/x:10                | true
            disk(a)[v]<S>:9           | disk(a)[v]<S>:9; disk(a)[v]<S>:9 | false
            disk(a)[v]<S>:9; disk(a)[v]<S>:9 | disk(a)[v]<S>:9    | true
            """)
    void contains(String a, String b, boolean contained) {
        assertThat(Bundle.of(a).contains(Bundle.of(b))).isEqualTo(contained);
    }

    @ParameterizedTest(name = "{0} offers {1} to {2} ({3})")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1; mem:5                   | cpus:1; mem:5              | a     | all
            cpus:1; cpus(b):2               | cpus:1                     | a     | all
            cpus:1; cpus(a):2               | cpus:1; cpus(a):2          | a     | all
            cpus:1; cpus(a):2               | cpus:1; cpus(a):2          | a/x   | all
            cpus:1; cpus(a):2               | cpus:1                     | ab    | all
            cpus:1; cpus(a/x):2             | cpus:1                     | a     | all
            cpus:1; cpus(a)(a/x):2          | cpus:1                     | a     | all
            cpus:1; cpus(a)(a/x):2          | cpus:1; cpus(a)(a/x):2     | a/x   | all
            cpus:1; cpus(a)(a/x):2          | cpus:1                     | a/x   | norefined
            cpus:1; cpus{REV}:2             | cpus:1                     | a     | norevocable
            cpus:1; cpus{REV}:2             | cpus:1; cpus{REV}:2        | a     | all
            cpus:1; disk(a)[v]<S>:2         | cpus:1                     | a     | noshared
            """)
    void offersToARoleWhatIsOpenToIt(String all, String part, String role, String reach) {
        assertThat(Bundle.of(all)
                        .allocatableTo(
                                role,
                                !reach.equals("norevocable"),
                                !reach.equals("noshared"),
                                !reach.equals("norefined")))
                .isEqualTo(Bundle.of(part));
    }

    @Test
    void pushesAndPopsReservations() {
        var reservation = ReservationInfo.newBuilder()
                .setType(ReservationInfo.Type.DYNAMIC)
                .setRole("a")
                .build();
        var all = Bundle.of("cpus:1; disk:10");

        assertThat(all.reservedFor(reservation)).isEqualTo(Bundle.of("cpus(a):1; disk(a):10"));
        assertThat(all.reservedFor(reservation).withoutLastReservation()).isEqualTo(all);
        assertThat(Bundle.of("cpus(a)(a/b):1; cpus(a):2").withoutLastReservation())
                .isEqualTo(Bundle.of("cpus(a):1; cpus:2"));
        assertThatThrownBy(all::withoutLastReservation).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "{0} is made of {1}")
    @CsvSource(delimiter = '|', textBlock = """
            disk(a)[v]:10                   | disk(a):10
            disk(a)[v]<S>:10                | disk(a):10
            disk(a)@/x[v]:10                | disk(a)@/x:10
            disk(a)[v]:10; disk(a)[w]:5     | disk(a):15
            """)
    void knowsTheDiskUnderAVolume(String volumes, String disk) {
        assertThat(Bundle.of(volumes).withoutVolumes()).isEqualTo(Bundle.of(disk));
    }

    @ParameterizedTest(name = "{0} cut to {1} cpus and {2} disk: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:4; mem:10                  | 2  | 100 | cpus:2; mem:10
            cpus:4; mem:10                  | 0  | 100 | mem:10
            cpus:4; cpus(a):3; cpus{REV}:2  | 1  | 100 | cpus:1; cpus(a):3; cpus{REV}:2
            disk@/x:10                      | 1  | 9   | {}
            disk:10; disk@/x:10             | 1  | 15  | disk:10
            ports:[1-9]                     | 0  | 0   | ports:[1-9]
            """)
    void cutsUnreservedScalars(String all, double cpus, double disk, String left) {
        var allowed = new TreeMap<String, Long>();
        allowed.put("cpus", Resources.millis(cpus));
        allowed.put("disk", Resources.millis(disk));
        var cut = Bundle.of(all).cutTo(new Resources.Allowance() {
            @Override
            public long left(String name) {
                return allowed.getOrDefault(name, Long.MAX_VALUE);
            }

            @Override
            public void taken(String name, long millis) {
                allowed.computeIfPresent(name, (n, before) -> before - millis);
            }
        });
        assertThat(cut).isEqualTo(Bundle.of(left));
    }

    @Test
    void readsTheOldAndTheNewWayOfReserving() {
        var old = Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(2))
                .setRole("a");
        assertThat(Resources.fromProto(List.of(old.build()))).isEqualTo(Bundle.of("cpus(=a):2"));
        old.setReservation(ReservationInfo.getDefaultInstance());
        assertThat(Resources.fromProto(List.of(old.build()))).isEqualTo(Bundle.of("cpus(a):2"));
        assertThat(Bundle.of("cpus(a):2").toProto("").get(0)).isEqualTo(old.build());
    }

    /** As in mesos-transcripts/operator/44. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1       | *  | false | 0
            cpus(=a):1   | a  | false | 1
            cpus(a):1    | a  | true  | 1
            cpus(a)(a/b):1 |  | false | 2
            """)
    void showsOperatorsASingleReservationInBothForms(String bundle, String role, boolean old, int stack) {
        var shown = Bundle.of(bundle).toProtoInBothForms("").get(0);

        assertThat(shown.getRole()).isEqualTo(role == null ? "*" : role);
        assertThat(shown.hasRole()).isEqualTo(role != null);
        assertThat(shown.hasReservation()).isEqualTo(old);
        assertThat(shown.getReservationsList())
                .isEqualTo(Bundle.protos(bundle).get(0).getReservationsList())
                .hasSize(stack);
        assertThat(Resources.inBothForms(Bundle.of(bundle).toProto("").get(0))).isEqualTo(shown);
        assertThat(Resources.fromProto(List.of(shown))).isEqualTo(Bundle.of(bundle));
        assertThat(ResourceRules.problemOf(List.of(shown)))
                .as("it may be sent back")
                .isEmpty();
    }

    @Test
    void writesASharedVolumeOnceForEachCopy() {
        assertThat(Bundle.of("disk(a)[v]<S>:9; disk(a)[v]<S>:9").toProto("")).hasSize(2);
        assertThat(Bundle.of("disk(a)[v]<S>:9; disk(a)[v]<S>:9").millis("disk")).isEqualTo(9_000);
    }

    @Test
    void refusesTwoTypesOfOneName() {
        assertThatThrownBy(() -> Bundle.of("ports:[1-2]; ports:3")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bundle.of("disk(a)[v]<S>:9; disk(a)[v]<S>:8"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0} as text")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1.5; mem:512               | cpus:1.5; mem:512
            ports(ads):[31000-31009]        | ports(ads):[31000-31009]
            disk(a)[v]<S>:9                 | disk(a)[v]<SHARED>:9
            cpus{REV}:1                     | cpus{REV}:1
            {}                              | {}
            """)
    void readsWell(String bundle, String text) {
        assertThat(Bundle.of(bundle)).hasToString(text);
    }

    private static Resources volume(String container, Volume.Mode mode, String principal) {
        var out = Bundle.protos("disk(a)[v]:10").get(0).toBuilder();
        out.getDiskBuilder().getVolumeBuilder().setContainerPath(container).setMode(mode);
        if (!principal.isEmpty()) {
            out.getDiskBuilder().getPersistenceBuilder().setPrincipal(principal);
        }
        return Resources.fromProto(List.of(out.build()));
    }

    @Test
    void aVolumeIsTheSameOneWhereverItIsMountedAndWhoeverMadeIt() {
        var made = volume("data", Volume.Mode.RW, "ops");

        for (var used : List.of(
                volume("db", Volume.Mode.RW, "ops"),
                volume("data", Volume.Mode.RO, "ops"),
                volume("data", Volume.Mode.RW, ""))) {
            assertThat(made.contains(used)).isTrue();
            assertThat(made).isEqualTo(used).hasSameHashCodeAs(used);
            assertThat(made.minus(used)).isEqualTo(Resources.EMPTY);
        }
    }

    @Test
    void aVolumeIsDescribedByWhoeverHasIt() {
        var made = volume("data", Volume.Mode.RW, "ops");
        var used = volume("db", Volume.Mode.RO, "").plus(Bundle.of("cpus:1"));

        assertThat(used.describedBy(made.plus(Bundle.of("mem:5"))).toProto(""))
                .isEqualTo(made.plus(Bundle.of("cpus:1")).toProto(""));
        assertThat(used.describedBy(Resources.EMPTY).toProto("")).isEqualTo(used.toProto(""));
    }
}

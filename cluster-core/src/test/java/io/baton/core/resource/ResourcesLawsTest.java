package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws that the ledger and the allocator rest on, for scalars, ranges and sets, reserved or not. */
class ResourcesLawsTest {
    @Property(tries = 500)
    void sumsDoNotDependOnOrder(@ForAll("bundles") Resources a, @ForAll("bundles") Resources b) {
        assertThat(a.plus(b)).isEqualTo(b.plus(a));
    }

    @Property(tries = 500)
    void sumsDoNotDependOnGrouping(
            @ForAll("bundles") Resources a, @ForAll("bundles") Resources b, @ForAll("bundles") Resources c) {
        assertThat(a.plus(b).plus(c)).isEqualTo(a.plus(b.plus(c)));
    }

    @Property(tries = 500)
    void aSumContainsItsParts(@ForAll("bundles") Resources a, @ForAll("bundles") Resources b) {
        assertThat(a.plus(b).contains(a)).isTrue();
        assertThat(a.plus(b).contains(b)).isTrue();
    }

    @Property(tries = 500)
    void takingAwayAPartAndAddingItAgainChangesNothing(@ForAll("bundles") Resources a, @ForAll("bundles") Resources b) {
        var all = a.plus(b);
        assertThat(all.minus(a).plus(a)).isEqualTo(all);
        assertThat(all.minus(all).isEmpty()).isTrue();
    }

    @Property(tries = 500)
    void whatTwoContainEachOtherIsEqual(@ForAll("bundles") Resources a, @ForAll("bundles") Resources b) {
        assertThat(a.contains(b) && b.contains(a)).isEqualTo(a.equals(b));
    }

    @Property(tries = 500)
    void theWireKeepsABundle(@ForAll("bundles") Resources a) {
        assertThat(Resources.fromProto(a.toProto("role"))).isEqualTo(a);
        assertThat(Resources.fromProto(a.toProto("")).hashCode()).isEqualTo(a.hashCode());
    }

    @Property(tries = 500)
    void nothingIsTakenAwayThatIsNotThere(@ForAll("bundles") Resources a, @ForAll("bundles") Resources b) {
        assertThat(a.contains(a.minus(b))).isTrue();
        assertThat(a.minus(b).isEmpty()).isEqualTo(b.contains(a));
    }

    @Property(tries = 500)
    void whatIsReservedAndWhatIsNotIsAll(@ForAll("bundles") Resources a) {
        assertThat(a.unreserved().plus(a.reserved()).plus(a.revocable().minus(a.reserved())))
                .isEqualTo(a);
        assertThat(a.shared().plus(a.nonShared())).isEqualTo(a);
        assertThat(a.allocatableTo("nobody")).isEqualTo(a.minus(a.reserved()));
    }

    @Property(tries = 500)
    void aReservationCanBeTakenBack(@ForAll("bundles") Resources a) {
        var reservation = Resource.ReservationInfo.newBuilder()
                .setRole("a/b/c")
                .setType(Resource.ReservationInfo.Type.DYNAMIC)
                .build();
        assertThat(a.reservedFor(reservation).withoutLastReservation()).isEqualTo(a);
        assertThat(a.reservedFor(reservation).scalarMillis()).isEqualTo(a.scalarMillis());
    }

    @Property(tries = 200)
    void thousandthsNeverDrift(@ForAll("thousandths") List<Integer> parts) {
        var sum = Resources.EMPTY;
        long millis = 0;
        for (int part : parts) {
            sum = sum.plus(Resources.fromProto(List.of(scalar("cpus", part / 1000.0, ""))));
            millis += part;
        }
        assertThat(sum.millis("cpus")).isEqualTo(millis);
    }

    @Provide
    Arbitrary<List<Integer>> thousandths() {
        return Arbitraries.integers().between(0, 100_000).list().ofMaxSize(50);
    }

    @Provide
    Arbitrary<Resources> bundles() {
        var scalars = Combinators.combine(
                        Arbitraries.of("cpus", "mem"),
                        Arbitraries.integers().between(0, 9000),
                        Arbitraries.of("", "ads", "eng/build"))
                .as((name, value, role) -> scalar(name, value / 1000.0, role));
        var ports = Combinators.combine(
                        Arbitraries.integers().between(1, 40),
                        Arbitraries.integers().between(0, 10))
                .as((begin, length) -> Resource.newBuilder()
                        .setName("ports")
                        .setType(Value.Type.RANGES)
                        .setRanges(Value.Ranges.newBuilder()
                                .addRange(
                                        Value.Range.newBuilder().setBegin(begin).setEnd(begin + length)))
                        .build());
        var sets = Arbitraries.of("a", "b", "c").set().ofMaxSize(3).map(items -> Resource.newBuilder()
                .setName("zones")
                .setType(Value.Type.SET)
                .setSet(Value.Set.newBuilder()
                        .addAllItem(items.stream().sorted().toList()))
                .build());
        var special = Arbitraries.of(
                        "cpus(a):1.5",
                        "cpus(a)(a/b):2",
                        "cpus(=a):0.25",
                        "cpus{REV}:3",
                        "disk(a):7",
                        "disk(a)[v]<S>:4",
                        "disk(a)[w]<S>:5",
                        "ports(a):[1-4,8-9]")
                .list()
                .ofMaxSize(3);
        return Combinators.combine(scalars.list().ofMaxSize(4), ports.list().ofMaxSize(3), sets.optional(), special)
                .as((some, ranges, set, more) -> {
                    var all = new ArrayList<>(some);
                    all.addAll(ranges);
                    set.ifPresent(all::add);
                    more.forEach(text -> all.addAll(Bundle.protos(text)));
                    return Resources.fromProto(all);
                });
    }

    private static Resource scalar(String name, double value, String role) {
        var resource = Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value));
        return (role.isEmpty() ? resource : resource.setRole(role)).build();
    }
}

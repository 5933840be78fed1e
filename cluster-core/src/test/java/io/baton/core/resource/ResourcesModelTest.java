package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Each kind of amount against something simpler that must say the same: sets of numbers, of words, and counts. */
class ResourcesModelTest {
    private static final String VOLUME = "disk(a)[v]<S>:4";

    private static Resources ports(BitSet numbers) {
        var ranges = Value.Ranges.newBuilder();
        for (int begin = numbers.nextSetBit(0); begin >= 0; begin = numbers.nextSetBit(numbers.nextClearBit(begin))) {
            ranges.addRange(Value.Range.newBuilder().setBegin(begin).setEnd(numbers.nextClearBit(begin) - 1L));
        }
        return Resources.fromProto(List.of(Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(ranges)
                .build()));
    }

    private static BitSet numbers(List<Integer> all) {
        var out = new BitSet();
        all.forEach(out::set);
        return out;
    }

    @Provide
    Arbitrary<List<Integer>> some() {
        return Arbitraries.integers().between(0, 40).list().ofMaxSize(25);
    }

    @Property(tries = 500)
    void rangesAreSetsOfNumbers(@ForAll("some") List<Integer> a, @ForAll("some") List<Integer> b) {
        var union = numbers(a);
        union.or(numbers(b));
        var difference = numbers(a);
        difference.andNot(numbers(b));

        assertThat(ports(numbers(a)).plus(ports(numbers(b)))).isEqualTo(ports(union));
        assertThat(ports(numbers(a)).minus(ports(numbers(b)))).isEqualTo(ports(difference));
        var missing = numbers(b);
        missing.andNot(numbers(a));
        assertThat(ports(numbers(a)).contains(ports(numbers(b)))).isEqualTo(missing.isEmpty());
    }

    /** However they are written: out of order, overlapping, side by side. */
    @Property(tries = 500)
    void rangesHaveOneForm(@ForAll("some") List<Integer> begins) {
        var ranges = Value.Ranges.newBuilder();
        var model = new BitSet();
        for (int begin : begins) {
            ranges.addRange(Value.Range.newBuilder().setBegin(begin).setEnd(begin + begin % 4));
            model.set(begin, begin + begin % 4 + 1);
        }
        var written = Resources.fromProto(List.of(Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(ranges)
                .build()));
        assertThat(written).isEqualTo(ports(model));
        assertThat(written.hashCode()).isEqualTo(ports(model).hashCode());
    }

    private static Resources words(List<Integer> all) {
        var items = new TreeSet<String>();
        all.forEach(n -> items.add("w" + n));
        return Resources.fromProto(List.of(Resource.newBuilder()
                .setName("zones")
                .setType(Value.Type.SET)
                .setSet(Value.Set.newBuilder().addAllItem(items))
                .build()));
    }

    @Property(tries = 300)
    void setsAreSets(@ForAll("some") List<Integer> a, @ForAll("some") List<Integer> b) {
        var union = new TreeSet<>(a);
        union.addAll(b);
        var difference = new TreeSet<>(a);
        difference.removeAll(b);
        assertThat(words(a).plus(words(b))).isEqualTo(words(List.copyOf(union)));
        assertThat(words(a).minus(words(b))).isEqualTo(words(List.copyOf(difference)));
        assertThat(words(a).contains(words(b))).isEqualTo(new TreeSet<>(a).containsAll(b));
    }

    private static Resources copies(int count) {
        var out = Resources.EMPTY;
        for (int i = 0; i < count; i++) {
            out = out.plus(Bundle.of(VOLUME));
        }
        return out;
    }

    @Property(tries = 200)
    void sharedVolumesAreCounted(@ForAll @IntRange(max = 6) int a, @ForAll @IntRange(max = 6) int b) {
        assertThat(copies(a).plus(copies(b))).isEqualTo(copies(a + b));
        assertThat(copies(a).minus(copies(b))).isEqualTo(copies(Math.max(0, a - b)));
        assertThat(copies(a).contains(copies(b))).isEqualTo(a >= b);
        assertThat(copies(a).millis("disk")).as("however many").isEqualTo(a == 0 ? 0 : 4000);
        assertThat(copies(a).toProto("r")).hasSize(a);
        assertThat(copies(a).shared()).isEqualTo(copies(a));
    }

    /** Three digits: what differs in the fourth only is the same. */
    @Property(tries = 500)
    void numbersHaveThreeDigits(
            @ForAll @LongRange(max = 10_000_000) long millis,
            @ForAll @DoubleRange(min = -0.49, max = 0.49) double more) {
        var exact = Bundle.of("cpus:" + millis / 1000.0);
        assertThat(Bundle.of("cpus:"
                        + java.math.BigDecimal.valueOf((millis + more) / 1000).toPlainString()))
                .isEqualTo(millis + more < 0.5 ? Resources.EMPTY : exact);
        assertThat(exact.millis("cpus")).isEqualTo(millis);
    }

    @Property(tries = 500)
    void whatIsCutIsAPartWithinWhatIsAllowed(
            @ForAll @IntRange(max = 9) int plain,
            @ForAll @IntRange(max = 9) int reserved,
            @ForAll @IntRange(max = 9) int mounted,
            @ForAll @IntRange(max = 12) int allowed) {
        var all = Bundle.of("cpus:" + plain + "; cpus(a):" + reserved + "; cpus{REV}:2; disk:" + plain + "; disk@/m:"
                + mounted + "; ports:[1-9]");
        var left = new TreeMap<String, Long>();
        var cut = all.cutTo(new Resources.Allowance() {
            @Override
            public long left(String name) {
                return left.getOrDefault(name, 1000L * allowed);
            }

            @Override
            public void taken(String name, long millis) {
                left.merge(name, 1000L * allowed - millis, (before, one) -> before - millis);
            }
        });

        assertThat(all.contains(cut)).isTrue();
        assertThat(cut.minus(cut.unreserved())).as("all else stays").isEqualTo(all.minus(all.unreserved()));
        assertThat(cut.unreserved().millis("cpus")).isEqualTo(1000L * Math.min(plain, allowed));
        assertThat(cut.unreserved().millis("disk")).isLessThanOrEqualTo(1000L * allowed);
        assertThat(cut.named("ports"::equals)).isEqualTo(all.named("ports"::equals));
    }

    @Property(tries = 300)
    void whoIsFurtherDownMayHaveMore(
            @ForAll @IntRange(min = 1, max = 5) int a, @ForAll @IntRange(min = 1, max = 5) int b) {
        var all = Bundle.of("cpus:1; cpus(a):" + a + "; cpus(a)(a/b):" + b + "; mem(c):3; cpus{REV}:1; " + VOLUME);
        assertThat(all.allocatableTo("a/b").contains(all.allocatableTo("a"))).isTrue();
        assertThat(all.allocatableTo("a/b/c")).isEqualTo(all.allocatableTo("a/b"));
        assertThat(all.allocatableTo("a", true, true, true))
                .isEqualTo(all.allocatableTo("a").plus(Resources.EMPTY));
        assertThat(all.allocatableTo("a/b", false, false, false).millis("cpus")).isEqualTo(1000L + 1000L * a);
        assertThat(all.allocatableTo("ab").millis("cpus")).as("no relative").isEqualTo(2000L);
    }

    @Property(tries = 20)
    void plainScalarsAreNumbersForEverybody(@ForAll @IntRange(max = 3) int kind) {
        var special = List.of("ports:[1-2]", "cpus(a):1", "cpus{REV}:1", VOLUME).get(kind);
        assertThat(Bundle.of("cpus:1; mem:5; disk@/m:3").isPlainScalars()).isTrue();
        assertThat(Bundle.of("cpus:1; " + special).isPlainScalars()).isFalse();
    }
}

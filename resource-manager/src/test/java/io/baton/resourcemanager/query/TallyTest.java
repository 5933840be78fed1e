package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Bundles;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static Resources ports(long begin, long end) {
        var ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
        ports.getRangesBuilder().addRangeBuilder().setBegin(begin).setEnd(end);
        return Resources.fromProto(List.of(ports.build()));
    }

    private static Resources words(String... words) {
        var set = Resource.newBuilder().setName("words").setType(Value.Type.SET);
        set.getSetBuilder().addAllItem(List.of(words));
        return Resources.fromProto(List.of(set.build()));
    }

    private static Resources sum(Tally tally) {
        return Resources.fromProto(tally.sum());
    }

    private static Resource number(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Resource set(String name, String word) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SET)
                .setSet(Value.Set.newBuilder().addItem(word))
                .build();
    }

    @Test
    void whatDoesNotGoTogetherStandsSideBySide() {
        var tally = new Tally("");
        tally.add(Resources.fromProto(List.of(number("foo", 2))));
        tally.add(Resources.fromProto(List.of(set("foo", "a"))));
        tally.add(Resources.fromProto(List.of(set("foo", "b"), number("cpus", 1))));
        tally.add(ports(1, 2));

        assertThat(tally.sum().stream().filter(r -> r.getName().equals("foo")))
                .extracting(r -> r.getType() + " " + r.getScalar().getValue() + " "
                        + r.getSet().getItemList())
                .containsExactly("SCALAR 2.0 []", "SET 0.0 [a, b]");
        tally.remove(Resources.fromProto(List.of(number("foo", 2))));
        assertThat(sum(tally).millis("cpus")).isEqualTo(1000);
    }

    @Test
    void aPortThatTwoHaveIsThereUntilBothHaveLeft() {
        var tally = new Tally("");
        tally.add(ports(1, 5));
        tally.add(ports(4, 9));
        tally.add(ports(4, 9));
        tally.remove(ports(4, 9));
        assertThat(sum(tally)).isEqualTo(ports(1, 9));
        tally.remove(ports(1, 5));
        assertThat(sum(tally)).isEqualTo(ports(4, 9));
        tally.remove(ports(4, 9));
        assertThat(tally.isEmpty()).isTrue();
        assertThat(sum(tally)).isEqualTo(Resources.EMPTY);
    }

    @Test
    void reservationsAreInBothForms() {
        var tally = new Tally("eng");
        tally.add(Bundles.of("cpus(eng):1"));

        assertThat(tally.sum()).singleElement().satisfies(cpus -> {
            assertThat(cpus.getRole()).isEqualTo("eng");
            assertThat(cpus.hasReservation()).isTrue();
            assertThat(cpus.getReservationsCount()).isOne();
            assertThat(cpus.getAllocationInfo().getRole()).isEqualTo("eng");
        });
    }

    @Test
    void isAtAnyTimeTheSumOfWhatIsInIt() {
        var random = new Random(11);
        var tally = new Tally("");
        var inside = new ArrayList<Resources>();
        for (int step = 0; step < 2000; step++) {
            if (inside.isEmpty() || random.nextInt(5) > 1) {
                int at = random.nextInt(20);
                var bundle = Resources.scalars(Map.of("cpus", random.nextInt(3) / 10.0, "mem", 32.0))
                        .plus(random.nextBoolean() ? ports(at, at + random.nextInt(5)) : Resources.EMPTY)
                        .plus(random.nextInt(4) == 0 ? words("a" + at, "b") : Resources.EMPTY);
                inside.add(bundle);
                tally.add(bundle);
            } else {
                tally.remove(inside.remove(random.nextInt(inside.size())));
            }
            if (step % 10 == 0) {
                assertThat(sum(tally)).isEqualTo(inside.stream().reduce(Resources.EMPTY, Resources::plus));
            }
        }
    }
}

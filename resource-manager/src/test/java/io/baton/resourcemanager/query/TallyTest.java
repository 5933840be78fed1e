package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.resource.Resources;
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

    @Test
    void aPortThatTwoHaveIsThereUntilBothHaveLeft() {
        var tally = new Tally();
        tally.add(ports(1, 5));
        tally.add(ports(4, 9));
        tally.add(ports(4, 9));
        tally.remove(ports(4, 9));
        assertThat(tally.sum()).isEqualTo(ports(1, 9));
        tally.remove(ports(1, 5));
        assertThat(tally.sum()).isEqualTo(ports(4, 9));
        tally.remove(ports(4, 9));
        assertThat(tally.isEmpty()).isTrue();
        assertThat(tally.sum()).isEqualTo(Resources.EMPTY);
    }

    @Test
    void isAtAnyTimeTheSumOfWhatIsInIt() {
        var random = new Random(11);
        var tally = new Tally();
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
                assertThat(tally.sum()).isEqualTo(inside.stream().reduce(Resources.EMPTY, Resources::plus));
            }
        }
    }
}

package io.baton.httpapi.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.codec.JsonText;
import io.baton.v1.Attribute;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegacyResourcesTest {
    private static List<Value.Range> ranges(String text) {
        var out = new ArrayList<Value.Range>();
        for (var range : text.split(",", -1)) {
            var ends = range.strip().split("-", -1);
            out.add(Value.Range.newBuilder()
                    .setBegin(Long.parseLong(ends[0]))
                    .setEnd(Long.parseLong(ends[1]))
                    .build());
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        31000-32000        | [31000-32000]
        5-6, 1-2           | [1-2, 5-6]
        1-2, 3-4           | [1-4]
        1-9, 3-4           | [1-9]
        0-0                | [0-0]
        """)
    void writesRangesInOrder(String given, String text) {
        assertThat(LegacyResources.ranges(ranges(given))).isEqualTo(text);
        assertThat(LegacyResources.ranges(List.of())).isEqualTo("[]");
    }

    private static Resource scalar(String name, double value, String role) {
        var out = Resource.newBuilder().setName(name).setType(Value.Type.SCALAR);
        out.getScalarBuilder().setValue(value);
        if (!role.isEmpty()) {
            out.addReservationsBuilder().setRole(role);
        }
        return out.build();
    }

    private static String written(java.util.function.Consumer<JsonText> content) {
        return JsonText.write(json -> json.object(() -> content.accept(json))).utf8String();
    }

    @Test
    void sumsWhateverItIsReservedFor() {
        var set = Resource.newBuilder().setName("zones").setType(Value.Type.SET);
        set.getSetBuilder().addItem("b").addItem("a");
        var resources =
                List.of(scalar("cpus", 0.1, ""), scalar("cpus", 0.2, "dev"), scalar("bugs", 3, ""), set.build());

        assertThat(written(json -> LegacyResources.write(json, "r", resources)))
                .isEqualTo("{\"r\":{\"disk\":0.0,\"mem\":0.0,\"gpus\":0.0,\"cpus\":0.3,\"bugs\":3.0,"
                        + "\"zones\":\"{a, b}\"}}");
        assertThat(written(json -> LegacyResources.counts(json, "r", resources)))
                .isEqualTo("{\"r\":{\"bugs\":3.0,\"cpus\":0.3,\"zones\":2.0}}");
        assertThat(LegacyResources.byReservation(resources)).containsOnlyKeys("dev");
    }

    @Test
    void writesAttributesByTheirKind() {
        var text = Attribute.newBuilder().setName("rack").setType(Value.Type.TEXT);
        text.getTextBuilder().setValue("r1");
        var scalar = Attribute.newBuilder().setName("level").setType(Value.Type.SCALAR);
        scalar.getScalarBuilder().setValue(2);
        var range = Attribute.newBuilder().setName("ports").setType(Value.Type.RANGES);
        range.getRangesBuilder().addAllRange(ranges("1-2"));

        assertThat(written(
                        json -> LegacyResources.attributes(json, List.of(text.build(), scalar.build(), range.build()))))
                .isEqualTo("{\"attributes\":{\"rack\":\"r1\",\"level\":2.0,\"ports\":\"[1-2]\"}}");
    }
}

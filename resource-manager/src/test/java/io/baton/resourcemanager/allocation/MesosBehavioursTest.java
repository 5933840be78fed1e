package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of Mesos's tests of allocator and sorters says the truth: the tests of ours that it names exist. */
class MesosBehavioursTest {
    private static final String TABLE = "/mesos-allocator-tests.txt";
    private static final String ROOT = "io.baton.resourcemanager.";

    /** @param section the heading above the row, with the number of rows */
    private record Row(String section, String name, List<String> ours, String note) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Row> table() throws IOException {
        var out = new java.util.ArrayList<Row>();
        var section = "";
        try (var in = MesosBehavioursTest.class.getResourceAsStream(TABLE)) {
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("[")) {
                    section = line.substring(1, line.length() - 1);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    var cells = line.split("\\|", -1);
                    var ours = cells[1].strip();
                    out.add(new Row(
                            section,
                            cells[0].strip(),
                            ours.equals("-") ? List.of() : List.of(ours.split(" +")),
                            cells[2].strip()));
                }
            }
        }
        return out;
    }

    static Stream<Row> rows() throws IOException {
        return table().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isATestOfOursOrHasAReason(Row row) throws ClassNotFoundException {
        assertThat(row.ours.isEmpty() && row.note.isEmpty()).isFalse();
        for (var test : row.ours) {
            int dot = test.lastIndexOf('.');
            var name = test.substring(0, dot);
            var type = Class.forName(ROOT + (name.contains(".") ? "" : "allocation.") + name);
            assertThat(Arrays.stream(type.getDeclaredMethods())
                            .filter(m ->
                                    m.isAnnotationPresent(Test.class) || m.isAnnotationPresent(ParameterizedTest.class))
                            .map(m -> m.getName()))
                    .contains(test.substring(dot + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"allocator, 90", "sorter, 35"})
    void allOfThemAreThere(String section, int count) throws IOException {
        var names = new TreeSet<String>();
        table().stream().filter(r -> r.section.equals(section + ": " + count)).forEach(r -> names.add(r.name));
        assertThat(names).hasSize(count);
    }
}

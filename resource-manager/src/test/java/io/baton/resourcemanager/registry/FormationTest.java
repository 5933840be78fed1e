package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormationTest {
    /** Groups of others: {@code -} for none. */
    @ParameterizedTest(name = "own {0}, others {1}, oldest {2}, of {3}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
            - |         | true  | 1 | Found
            g |         | true  | 1 | Join g
            - |         | true  | 3 | Wait
            - | -       | true  | 3 | Found
            - | -       | false | 3 | Wait
            - | - -     | false | 3 | Wait
            - | - -     | true  | 3 | Found
            - | - g     | true  | 3 | Join g
            - | g       | false | 3 | Join g
            - | g g     | true  | 3 | Join g
            g |         | true  | 3 | Join g
            g | - -     | false | 3 | Join g
            g | h       | true  | 3 | Refuse
            - | g h     | true  | 3 | Refuse
            - | h h g   | true  | 3 | Refuse
            h | h g     | true  | 3 | Join h
            g | h h     | true  | 3 | Refuse
            h | h g     | true  | 5 | Refuse
            - | - -     | true  | 5 | Found
            - | -       | true  | 5 | Wait
            """)
    void foundsOnceAndJoinsOtherwise(String own, String others, boolean oldest, int expected, String move) {
        var groups = others == null
                ? List.<String>of()
                : List.of(others.split(" ")).stream()
                        .map(g -> g.equals("-") ? "" : g)
                        .toList();

        var next = Formation.next(own.equals("-") ? Optional.empty() : Optional.of(own), groups, oldest, expected);

        assertThat(shown(next)).isEqualTo(move);
    }

    private static String shown(Formation.Move move) {
        return move.getClass().getSimpleName() + (move instanceof Formation.Move.Join join ? " " + join.groupId() : "");
    }
}

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
            - | h h g   | true  | 3 | Join h
            - | g h h   | false | 3 | Join h
            - | - g h h | false | 3 | Join h
            - | h h g g | true  | 3 | Refuse
            - | h h g   | true  | 5 | Refuse
            - | h h h g | false | 5 | Join h
            h | h g     | true  | 3 | Join h
            g | h h     | true  | 3 | Refuse
            h | h g     | true  | 5 | Refuse
            - | - -     | true  | 5 | Found
            - | -       | true  | 5 | Wait
            """)
    void foundsOnceAndJoinsOtherwise(String own, String others, boolean oldest, int expected, String move) {
        assertThat(next(own, others, 0, oldest, expected)).isEqualTo(move);
    }

    /** Whoever spoke first may be the stranger. */
    @ParameterizedTest(name = "own {0}, others {1}, of {2} while one is silent: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            - | -     | 3 | Wait
            - | g     | 3 | Wait
            - | h h   | 3 | Wait
            - | g h   | 3 | Wait
            g |       | 3 | Join g
            g | - -   | 3 | Join g
            g | h     | 3 | Wait
            h | h g   | 3 | Join h
            g | h h   | 3 | Wait
            """)
    void nothingIsFinalBeforeAllThatAreThereHaveSpoken(String own, String others, int expected, String move) {
        assertThat(next(own, others, 1, true, expected)).isEqualTo(move);
    }

    private static String next(String own, String others, int silent, boolean oldest, int expected) {
        var groups = others == null
                ? List.<String>of()
                : List.of(others.split(" ")).stream()
                        .map(g -> g.equals("-") ? "" : g)
                        .toList();
        return shown(Formation.next(
                own.equals("-") ? Optional.empty() : Optional.of(own), groups, silent, oldest, expected));
    }

    private static String shown(Formation.Move move) {
        return move.getClass().getSimpleName() + (move instanceof Formation.Move.Join join ? " " + join.groupId() : "");
    }
}

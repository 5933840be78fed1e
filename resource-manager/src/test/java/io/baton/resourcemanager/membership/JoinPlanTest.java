package io.baton.resourcemanager.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JoinPlanTest {
    private static final Duration START = Duration.ofDays(3);

    /**
     * @param looks when it looks, in milliseconds, with {@code *} where it leads the registry
     * @param moves their first letters
     */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            0                                | A
            0 250 999                        | A W W
            0 250 1000 1250 2000             | A W A W A
            0* 250* 1000* 1250* 1500*        | A W A W B
            0* 1499*                         | A A
            0 500* 1000* 1999* 2000*         | A W A W B
            0* 1000* 1250 1500* 2000* 3000*  | A A W W A B
            0* 1500* 1600*                   | A B B
            """)
    void asksEachSecondAndBeginsWhenItHasLedForLongEnough(String looks, String moves) {
        var plan = new JoinPlan();

        var made = Arrays.stream(looks.split(" "))
                .map(look -> plan.next(look.endsWith("*"), START.plusMillis(Long.parseLong(look.replace("*", "")))))
                .map(move -> move.name().substring(0, 1))
                .collect(Collectors.joining(" "));

        assertThat(made).isEqualTo(moves);
    }
}

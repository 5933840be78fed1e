package io.baton.distribution.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GivenTwiceTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a = 1~b = 2                                       |
        a = 1~a = 2                                       | a 1 2
        a { b = 1 }~a { c = 2 }                           |
        a { b = 1, c = 3 }~a.b = 2                        | a.b 1 2
        a {~  b : x~  # b = y~  // b = z~  b : w~}        | a.b 2 5
        {~a = 1~}                                         |
        {~a { b = 1 }~a { b = 1 }~}                       | a.b 2 3
        a = [1]~a += 2                                    |
        a = [1]~a = ${a} [2]                              |
        port = 1~port = ${?PORT}                          |
        a = "x = 1, a = 2" ~ b = \"\"\"a = 1~a = 2\"\"\"~ |
        a = [{ b = 1 }, { b = 2 }]                        |
        a = [~1,~2~]~b = 1~a = []                         | a 1 6
        include "other.conf"~a = 1~include "other.conf"~b = 1 |
        "a b" = 1~"a b" = 2                               | "a b" 1 2
        a =~  1~a = 2                                     | a 1 3
        a = 1~a = 2~a = 3                                 | a 1 2 a 2 3
        }~a = 1~a = 2                                     | a 2 3
        a = "unended~b = 1                                |
        = 1~= 2                                           |
        """)
    void findsKeysOfWhichOnlyTheLastCounts(String text, String found) {
        var twice = GivenTwice.in(text.replace("~", "\n").replace("\\\"", "\"")).stream()
                .map(key -> key.path() + " " + key.first() + " " + key.again())
                .collect(Collectors.joining(" "));

        assertThat(twice).isEqualTo(found == null ? "" : found);
    }

    @Test
    void saysWhereTheyAre() {
        assertThat(GivenTwice.in("a = 1\na = 2"))
                .singleElement()
                .hasToString("a is given in line 1 and again in line 2, which counts");
    }
}

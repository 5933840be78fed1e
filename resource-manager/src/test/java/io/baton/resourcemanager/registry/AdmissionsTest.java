package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionsTest {
    @ParameterizedTest(name = "{0} + {1}")
    @CsvSource(delimiter = '|', textBlock = """
            a b c     | d | ''
            a b c     | c | master 'c' is a voter already
            a b c d   | e | ''
            a b c d e | f | there are 5 masters, and a cluster has at most 5: stop one and remove it first with 'baton operator remove NAME'
            """)
    void oneMoreIsLetInWhileThereAreFewerThanTheMost(String voters, String master, String problem) {
        var now = Stream.of(voters.split(" "))
                .map(name -> new Voter(name + "-12345678", name + ":1"))
                .toList();

        assertThat(Admissions.problem(now, master).orElse("")).isEqualTo(problem);
    }
}

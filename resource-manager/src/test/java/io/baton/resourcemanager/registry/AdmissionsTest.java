package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionsTest {
    @ParameterizedTest(name = "{0} + {2}, let in {1}")
    @CsvSource(delimiter = '|', textBlock = """
            a b c     |       | d | ''
            a b c     |       | c | master 'c' is a voter already
            a b c d   |       | e | ''
            a b c d   | d     | e | ''
            a b c     | d     | e | ''
            a b c     | d e   | e | ''
            a b c     | c d e | f | there are 3 masters, others are let in and not started yet (d, e), and a cluster has at most 5: stop one and remove it first with 'baton operator remove NAME'
            a b c d e |       | f | there are 5 masters, and a cluster has at most 5: stop one and remove it first with 'baton operator remove NAME'
            """)
    void oneMoreIsLetInWhileThereAreFewerThanTheMost(String voters, String admitted, String master, String problem) {
        var now = Stream.of(voters.split(" "))
                .map(name -> new Voter(name + "-12345678", name + ":1"))
                .toList();

        var names = admitted == null ? List.<String>of() : List.of(admitted.split(" "));

        assertThat(Admissions.problem(now, names, master).orElse("")).isEqualTo(problem);
    }
}

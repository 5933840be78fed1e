package io.baton.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.process.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecWordsTest {
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            127 | false | ./launch/c: line 9: /no/such: No such file or directory | Failed to execute '/no/such': No such file or directory
            127 | false | setpriv: failed to execute /no/such: No such file or directory | Failed to execute '/no/such': No such file or directory
            126 | false | x.sh: 9: exec: /no/such: Permission denied | Failed to execute '/no/such': Permission denied
            127 | true  | sh: 1: /no/such: not found   | -
            127 | false | something else               | -
            3   | false | /no/such: not found          | -
            """)
    void tellsAFailedExecFromAStatus(int status, boolean shell, String words, String why) {
        var judged = ExecWords.judge(new Verdict.Exited(status), shell, "/no/such", words);

        assertThat(judged).isEqualTo(why.equals("-") ? new Verdict.Exited(status) : new Verdict.NeverRan(why));
    }
}

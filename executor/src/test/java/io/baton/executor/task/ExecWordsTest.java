package io.baton.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.process.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That shells speak so is shown by {@code SupervisionTest}. */
class ExecWordsTest {
    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            127 | false | /no/such | ./launch/c: line 9: /no/such: No such file or directory | Failed to execute '/no/such': No such file or directory
            126 | false | /etc     | ./launch/c.2: line 9: exec: /etc: cannot execute: Is a directory | Failed to execute '/etc': Is a directory
            126 | false | /no/such | /w/spawner.sh: 9: exec: /no/such: Permission denied | Failed to execute '/no/such': Permission denied
            127 | false | /no/such | baton-launch: 5: exec: /no/such: not found | Failed to execute '/no/such': not found
            127 | false | /no/such | baton-launch: line 5: /no/such: No such file or directory | Failed to execute '/no/such': No such file or directory
            127 | false | /no/such | setsid: failed to execute /no/such: No such file or directory | Failed to execute '/no/such': No such file or directory
            127 | false | /no/such | /usr/bin/env: ‘/no/such’: No such file or directory | Failed to execute '/no/such': No such file or directory
            127 | true  | /no/such | sh: 1: /no/such: not found   | -
            127 | false | /no/such | something else               | -
            127 | false | /bin/sh  | /bin/sh: 1: foo: not found   | -
            127 | false | ./run.sh | ./run.sh: line 3: foo: command not found | -
            127 | false | a        | ./launch/c: line 9: b: cannot execute a: not found | -
            3   | false | /no/such | ./launch/c: line 9: /no/such: not found | -
            """)
    void tellsAFailedExecFromAStatus(int status, boolean shell, String program, String words, String why) {
        var judged = ExecWords.judge(new Verdict.Exited(status), shell, program, words);

        assertThat(judged).isEqualTo(why.equals("-") ? new Verdict.Exited(status) : new Verdict.NeverRan(why));
    }
}

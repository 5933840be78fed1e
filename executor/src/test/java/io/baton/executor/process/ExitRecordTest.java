package io.baton.executor.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitRecordTest {
    @ParameterizedTest(name = "'{0}'")
    @CsvSource(delimiter = '|', textBlock = """
            ''                                            | false |    | -
            B 1                                           | false |    | -
            B 11;                                         | true  |    | -
            B 11;S 12                                        | true  |    | -
            B 11;S 12;                                       | true  | 12 | -
            B 11;S 12;E 0 .                                  | true  | 12 | -
            B 11;S 12;E 0 .;                                 | true  | 12 | Exited[status=0]
            B 11;S 12;E 3 .;                                 | true  | 12 | Exited[status=3]
            B 11;S 12;E 3;                                   | true  | 12 | -
            B 11;S 12;E 137 .;                               | true  | 12 | Exited[status=137]
            B 11;S 12;Killed;E 137 .;                        | true  | 12 | Signaled[number=9]
            B 11;S 12;x.sh: line 5: 12 Hangup   { a; };E 129 .; | true | 12 | Signaled[number=1]
            B 11;S 12;[1] + Killed                     ;E 137 .; | true | 12 | Signaled[number=9]
            B 11;S 12;Killed;[1] + Killed              ;E 137 .; | true | 12 | Signaled[number=9]
            B 11;S 12;[1] + Done(137)                  ;E 137 .; | true | 12 | Exited[status=137]
            B 11;S 12;E 143 .;                               | true  | 12 | Signaled[number=15]
            B 11;S 12;E 141 .;                               | true  | 12 | Signaled[number=13]
            B 11;S 12;E 139 .;                               | true  | 12 | Exited[status=139]
            B 11;S 12;F no sandbox;E 1 .;                    | true  | 12 | NeverRan[why=no sandbox, made=true]
            B 11;x.sh: 1: cd: can't cd to /x;S 12;F no sandbox;E 1 .; | true | 12 | NeverRan[why=no sandbox: cd: can't cd to /x, made=true]
            B 11;S 12;./launch/x: 3: Syntax error;E 2 .;     | true  | 12 | NeverRan[why=Syntax error, made=true]
            B 11 4;S 12 5;                                   | true  | 12 | -
            B 11 4;S 12 5;E 0 0;                             | true  | 12 | -
            B 11 4;S 12 5;E 0 0 .;                           | true  | 12 | Exited[status=0]
            B 11 4;S 12 5;E 143 0 .;                         | true  | 12 | Exited[status=143]
            B 11 4;S 12 5;E 143 15 .;                        | true  | 12 | Signaled[number=15]
            B 11 4;S 12 5;F no such file;E 127 0 .;          | true  | 12 | NeverRan[why=no such file, made=true]
            B 11 4;F is gone;E 1 0 .;                        | true  |    | NeverRan[why=is gone, made=true]
            B 11 4 9 3;P 12;S 12 5;E 3 0 .;                  | true  | 12 | Exited[status=3]
            B 11 4 9 3;P 12;S 12 5;U it is unknown;          | true  | 12 | Unknown[why=it is unknown]
            B 11;S 12;E 0 .;                   (filling)     | true  | 12 | Exited[status=0]
            """)
    void readsAFileInAnyState(String text, boolean begun, Long pid, String verdict) {
        var file = ExitRecord.parse(text.replace(";", "\n").replace("(filling)", " ".repeat(500)));

        assertThat(file.begun()).isEqualTo(begun);
        assertThat(file.task().map(ExitRecord.Who::pid).orElse(null)).isEqualTo(pid);
        assertThat(file.verdict().map(Object::toString).orElse("-")).isEqualTo(verdict);
    }

    @Test
    void tellsWhoWritesIt() {
        assertThat(ExitRecord.parse("B 11\n").supervisors())
                .extracting(ExitRecord.Who::pid)
                .containsExactly(11L);
        assertThat(ExitRecord.parse("B 11 4 9 3\n").supervisors())
                .extracting(ExitRecord.Who::pid)
                .containsExactly(11L, 9L);
        assertThat(ExitRecord.parse(" ".repeat(500)).supervisors()).isEmpty();
        assertThat(ExitRecord.parse("B 11 4\nS 12 5\n").identity()).hasValue(new ProcessIdentity(12, 5, 11, 4));
        assertThat(ExitRecord.parse("B 11 4 9 3\nP 12\nS 12 5\n").identity())
                .hasValue(new ProcessIdentity(12, 5, 11, 4));
        assertThat(ExitRecord.parse("B 11\nS 12\n").identity()).isEmpty();
    }
}

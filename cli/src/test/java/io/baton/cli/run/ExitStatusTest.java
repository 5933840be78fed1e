package io.baton.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitStatusTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    TASK_FINISHED | Command exited with status 0                      | 0
                    TASK_FAILED   | Command exited with status 3                      | 3
                    TASK_FAILED   | Command exited with status 3: last words          | 3
                    TASK_FAILED   | Command terminated with signal Killed             | 137
                    TASK_FAILED   | Command terminated with signal Segmentation fault | 139
                    TASK_KILLED   | Command terminated with signal Terminated         | 143
                    TASK_FAILED   | Command terminated with signal Bad system call    | 159
                    TASK_FAILED   | Command terminated with signal Real-time signal 3 | 165
                    TASK_FAILED   | Command terminated with signal Unknown signal 99  | 1
                    TASK_KILLED   | Command exited with status 0                      | 0
                    TASK_KILLED   | ''                                                | 143
                    TASK_FAILED   | no such user                                      | 1
                    TASK_ERROR    | ''                                                | 1
                    TASK_LOST     | ''                                                | 1
                    """)
    void saysHowATaskEndedAsShellsDo(TaskState state, String message, int status) {
        var last = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(state)
                .setMessage(message)
                .build();

        assertThat(ExitStatus.of(last)).isEqualTo(status);
    }
}

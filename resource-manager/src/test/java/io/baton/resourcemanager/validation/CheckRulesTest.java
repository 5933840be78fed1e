package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckRulesTest {
    private static Optional<String> problemOf(String field, String check, boolean group) throws Exception {
        var task = TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setAgentId(AgentID.newBuilder().setValue("a"));
        com.google.protobuf.TextFormat.merge(field + " {" + check + "}", task);
        return CheckRules.problemOf(task.build(), group);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        health_check | type: COMMAND command { value: 'true' }                     | ''
        health_check | command { value: 'true' }                                   | ''
        health_check | http { port: 80 }                                           | ''
        health_check | command { value: 'true' } tcp { port: 80 }                  | ''
        health_check | tcp { port: 80 }                                            | must specify 'type'
        health_check | command { value: 'true' } http { port: 80 }                 | must specify 'type'
        health_check | type: UNKNOWN command { value: 'true' }                     | 'UNKNOWN' is not a valid
        health_check | type: HTTP http { port: 80 path: '/x' }                     | ''
        health_check | type: HTTP http { port: 80 }                                | ''
        health_check | type: TCP tcp { port: 80 }                                  | ''
        health_check | delay_seconds: 1                                            | must specify 'type'
        health_check | type: COMMAND                                               | Expecting 'command'
        health_check | type: COMMAND command { }                                   | Shell command is not
        health_check | type: COMMAND command { shell: false }                      | Executable path is not
        health_check | type: HTTP                                                  | Expecting 'http'
        health_check | type: TCP                                                   | Expecting 'tcp'
        health_check | type: HTTP http { port: 80 path: 'nope' }                   | must start with '/'
        health_check | type: HTTP http { port: 80 path: '/a\\r\\nb' }              | control
        health_check | type: HTTP http { port: 80 scheme: 'ftp' }                  | scheme: 'ftp'
        health_check | type: HTTP http { port: 0 }                                 | 'port' to be 1
        health_check | type: TCP tcp { port: 65536 }                               | 'port' to be 1
        health_check | type: COMMAND command { value: 'true' } delay_seconds: -1   | 'delay_seconds'
        health_check | type: COMMAND command { value: 'true' } interval_seconds: nan | 'interval_seconds'
        health_check | type: COMMAND command { value: 'true' } timeout_seconds: inf  | 'timeout_seconds'
        health_check | type: COMMAND command { value: 'true' } grace_period_seconds: -1 | 'grace_period_seconds'
        check        | type: COMMAND command { command { value: 'true' } }         | ''
        check        | type: TCP tcp { port: 1 }                                   | ''
        check        | command { command { value: 'true' } }                       | must specify 'type'
        check        | type: COMMAND                                               | Expecting 'command'
        check        | type: HTTP http { port: 80 path: 'x' }                      | must start with '/'
        check        | type: TCP                                                   | Expecting 'tcp'
        check        | type: TCP tcp { port: 1 } timeout_seconds: -1               | 'timeout_seconds'
        """)
    void namesWhatIsWrong(String field, String check, String problem) throws Exception {
        var found = problemOf(field, check, false);

        assertThat(found.orElse("")).contains(problem);
        assertThat(found.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        type: COMMAND command { value: 'true' } | ''
        command { value: 'true' }               | must specify 'type'
        http { port: 80 }                       | must specify 'type'
        """)
    void inAGroupNoTypeIsMadeUp(String check, String problem) throws Exception {
        assertThat(problemOf("health_check", check, true).orElse(""))
                .contains(problem)
                .matches(found -> found.isEmpty() == problem.isEmpty());
    }
}

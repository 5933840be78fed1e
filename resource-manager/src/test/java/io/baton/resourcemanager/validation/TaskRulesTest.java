package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.baton.v1.TaskInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskRulesTest {
    /** A task with 1 cpu and 32 MB. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus | 1           |
            cpus | 1.5         |
            cpus | inf         |
            mem  | inf         |
            mem  | 32          |
            cpus | 0.999       | the limit 0.999 of 'cpus' is less than the request 1.0
            mem  | 31          | the limit 31.0 of 'mem' is less than the request 32.0
            mem  | nan         | the value NaN of 'mem' is not a number
            cpus | -1          | the value -1.0 of 'cpus'
            cpus | -inf        | the value -Infinity of 'cpus'
            disk | 1000        | 'disk' cannot be limited, only 'cpus' and 'mem'
            """)
    void aLimitIsNotLessThanWhatTheTaskAsksFor(String name, String value, String problem) throws Exception {
        var task = task("limits { key: '" + name + "' value { value: " + value + " } } command { value: 'true' }");

        assertThat(TaskRules.problemOf(task, false, "a").orElse(null))
                .matches(found -> problem == null ? found == null : found != null && found.contains(problem));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            limits { key: 'x' value { value: 1 } }                              | cannot be limited
            limits { key: 'x' value { value: 1 } } command { shell: true }      | 'command.value' must be set
            limits { key: 'cpus' value { value: 1 } }                           | at least one (but not both)
            """)
    void looksAtLimitsAfterTheCommandAndBeforeItsPresence(String more, String problem) throws Exception {
        assertThat(TaskRules.problemOf(task(more), false, "a"))
                .hasValueSatisfying(found -> assertThat(found).contains(problem));
    }

    private static TaskInfo task(String more) throws Exception {
        var task = TaskInfo.newBuilder();
        TextFormat.merge("""
                name: 't' task_id { value: 't' } agent_id { value: 'a' }
                resources { name: 'cpus' type: SCALAR scalar { value: 1 } }
                resources { name: 'mem' type: SCALAR scalar { value: 32 } }
                """ + more, task);
        return task.build();
    }
}

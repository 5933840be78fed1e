package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.TaskInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            shell: false                                                   |
            shell: false arguments: '-c'                                   |
            value: 'a' environment { variables { name: 'A' value: '' } }   |
            value: 'a' environment { variables { name: 'A' } }             | 'A' of type 'VALUE' must have a value set
            value: 'a' environment { variables { name: 'A' value: 'b' secret { type: VALUE } } } | 'A' of type 'VALUE' must not have a secret set
            value: 'a' environment { variables { name: 'A' type: SECRET } } | 'A' of type 'SECRET' must have a secret set
            value: 'a' environment { variables { name: 'A' type: SECRET value: 'b' secret { } } } | 'A' of type 'SECRET' must not have a value set
            value: 'a' environment { variables { name: 'A' type: SECRET secret { type: VALUE } } } | 'A' specifies an invalid secret: Secret of type VALUE must have the 'value' field set
            value: 'a' environment { variables { name: 'A' type: SECRET secret { type: VALUE value { data: '\\000' } } } } | 'A' specifies a secret containing null bytes
            value: 'a' environment { variables { name: 'A' type: SECRET secret { type: VALUE value { data: 'x' } } } } |
            value: 'a' environment { variables { name: 'A' type: UNKNOWN value: 'b' } } | of type 'UNKNOWN' is not allowed
            """)
    void judgesACommandByItsFormOnly(String command, String problem) throws Exception {
        check(TaskRules.problemOf(task("command { " + command + " }"), false, "a"), problem);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            type: MESOS                                                    |
            type: DOCKER docker { image: 'i' }                             |
            type: DOCKER                                                   | 'docker' is not set for DOCKER typed
            type: DOCKER docker { image: 'i' parameters { key: 'name' value: 'n' } } | must not be 'name'
            type: MESOS volumes { container_path: 'p' mode: RW host_path: '/h' } |
            type: MESOS volumes { container_path: 'p' mode: RW }           | Invalid volume: Only one of them should be set
            type: MESOS volumes { container_path: 'p' mode: RW host_path: '/h' source { } } | Only one of them
            type: MESOS volumes { container_path: 'p' mode: RW source { type: SECRET } } | 'source.secret' is not set for SECRET
            type: MESOS volumes { container_path: 'p' mode: RW source { } } | 'source.type' is unknown
            type: MESOS linux_info { share_cgroups: false }                | Only tasks in a task group
            type: MESOS linux_info { share_cgroups: true }                 |
            """)
    void judgesAContainerByItsForm(String container, String problem) throws Exception {
        check(TaskRules.problemOf(task("command { value: 'a' } container { " + container + " }"), false, "a"), problem);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            data: 'no command'                                             |
            command { shell: false }                                       |
            container { type: DOCKER docker { image: 'i' } }               | Docker ContainerInfo is not supported on the task
            limits { key: 'cpus' value { value: 1 } }                      | only be set for tasks within a task group when
            limits { key: 'cpus' value { value: 1 } } container { type: MESOS linux_info { share_cgroups: false } } |
            health_check { type: TCP tcp { port: 1 } }                     |
            health_check { type: TCP tcp { port: 1 } } container { type: MESOS network_infos { } } | health checks are not supported
            """)
    void judgesATaskOfAGroup(String more, String problem) throws Exception {
        check(TaskRules.problemInGroup(task(more), false, "a"), problem);
    }

    private static final String VOLUME = """
            resources { name: 'disk' type: SCALAR scalar { value: 8 } reservations { type: DYNAMIC role: 'r' }
              disk { persistence { id: 'v' } volume { container_path: 'a' mode: RO } } }
            """;

    @ParameterizedTest(name = "[{index}] {1}")
    @CsvSource(delimiter = '|', textBlock = """
            mode: RO                   |
            mode: RW                   |
            mode: RW host_path: '/etc' | Expecting 'host_path' to be unset for persistent volume disk(r)[v]
            none                       | Expecting 'volume' to be set for persistent volume disk(r)[v]
            twice                      | Persistence ID 'v' is not unique
            """)
    void saysWhereAVolumeIsMounted(String volume, String problem) throws Exception {
        var resources =
                switch (volume) {
                    case "none" -> VOLUME.replaceAll(" volume \\{.*?}", "");
                    case "twice" -> VOLUME + VOLUME.replace("'a'", "'b'");
                    default -> VOLUME.replace("mode: RO", volume);
                };

        var task = task("command { value: 'a' }" + resources);
        check(TaskRules.problemOf(task, false, "a"), problem);
        check(TaskRules.problemInGroup(task, false, "a"), problem);
    }

    @Test
    void aSharedVolumeMayBeMountedTwice() throws Exception {
        var shared = VOLUME.replace(" disk {", " shared { } disk {");

        check(
                TaskRules.problemOf(task("command { value: 'a' }" + shared + shared.replace("'a'", "'b'")), false, "a"),
                null);
    }

    @Test
    void tasksOfAGroupDoNotTakeOneVolumeTogether() throws Exception {
        var executor = ExecutorInfo.getDefaultInstance();

        assertThat(TaskFit.problemOfSum(List.of(task(VOLUME)), executor)).isEmpty();
        check(TaskFit.problemOfSum(List.of(task(VOLUME), task(VOLUME)), executor), "'v' is not unique");
    }

    @Test
    void aTaskHasNoMoreThanAMebibyteBesidesItsData() throws Exception {
        var large = task("command { value: 'a' }").toBuilder()
                .setData(ByteString.copyFrom(new byte[TaskRules.MAX_DATA_BYTES]))
                .setName("n".repeat(TaskRules.MAX_BYTES - 1_000));

        check(TaskRules.problemOf(large.build(), false, "a"), null);
        large.getLabelsBuilder().addLabelsBuilder().setKey("k").setValue("v".repeat(1_000));
        check(TaskRules.problemOf(large.build(), false, "a"), "besides its 'data', more than 1048576");
        check(TaskRules.problemInGroup(large.build(), false, "a"), "besides its 'data', more than 1048576");
    }

    @Test
    void aLimitNeedsARequest() throws Exception {
        var task = task("command { value: 'a' } limits { key: 'mem' value { value: inf } }").toBuilder()
                .removeResources(1)
                .build();

        check(TaskRules.problemOf(task, false, "a"), "a memory request must also be specified");
    }

    @Test
    void anIdHasAsManyBytesAsAFileName() throws Exception {
        var task = task("command { value: 'a' }").toBuilder();

        task.getTaskIdBuilder().setValue("\u00e4".repeat(127) + "x");
        check(TaskRules.problemOf(task.build(), false, "a"), null);
        task.getTaskIdBuilder().setValue("\u00e4".repeat(128));
        check(TaskRules.problemOf(task.build(), false, "a"), "must not be greater than 255 bytes");
    }

    private static void check(Optional<String> found, String wanted) {
        if (wanted == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValueSatisfying(text -> assertThat(text).contains(wanted));
        }
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

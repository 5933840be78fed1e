package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.ContainerID;
import io.baton.v1.agent.Call;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerCallRulesTest {
    private static final String LAUNCH = "{\"type\":\"LAUNCH_CONTAINER\",\"launch_container\":%s}";
    private static final String CPU = "{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1}";

    private static String problem(String json) throws MesosJsonException {
        var call = MesosJson.parse(json.getBytes(StandardCharsets.UTF_8), Call.newBuilder());
        return ContainerCallRules.problem(call.build()).orElse("");
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.Type.class,
            names = {".*_NESTED_CONTAINER.*", "(LAUNCH|WAIT|KILL|REMOVE)_CONTAINER", "ATTACH_CONTAINER_OUTPUT"},
            mode = EnumSource.Mode.MATCH_ANY)
    void looksAtTheIdInEachCall(Call.Type type) throws MesosJsonException {
        var field = type.name().toLowerCase(Locale.ROOT);
        var call = "{\"type\":\"" + type + "\",\"" + field + "\":{\"container_id\":{\"value\":\"%s\"%s}}}";

        assertThat(problem(call.formatted("c", ",\"parent\":{\"value\":\"p\"}")))
                .isEmpty();
        assertThat(problem(call.formatted("c", "")))
                .isEqualTo(
                        field.contains("nested") ? "Expecting '" + field + ".container_id.parent' to be present" : "");
        assertThat(problem(call.formatted("a/b", ""))).startsWith("'" + field + ".container_id' is invalid: ");
        assertThat(problem(call.formatted("a.b", ""))).contains("contains invalid characters");
        assertThat(problem(call.formatted("a b", ""))).contains("contains invalid characters");
        assertThat(problem(call.formatted("", ""))).contains("must not be empty");
        assertThat(problem(call.formatted("x".repeat(243), ""))).contains("243 characters, at most 242");
        assertThat(problem(call.formatted("c", ",\"parent\":{\"value\":\"..\"}")))
                .contains("'ContainerID.parent' is invalid");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                                       | CPU}                             | ``
        ``                                       | CPU,"role":"eng"}                | 'launch_container.resources' must be unreserved
        ``                                       | CPU,"revocable":{}}              | 'launch_container.resources' must be non-revocable
        ``                                       | {"name":"cpus","type":"SCALAR"}  | Invalid resources: Invalid resource 'cpus'
        ,"parent":{"value":"p"}                  | CPU,"role":"eng"}                | ``
        ,"parent":{"value":"p","parent":{"value":"q"}} | CPU}                       | 'launch_container' is invalid: containers nested at the second level or greater cannot specify resources
        """)
    void limitsWhatAContainerOfItsOwnMayUse(String parent, String resource, String problem) throws MesosJsonException {
        var launch = "{\"container_id\":{\"value\":\"c\"" + parent + "},\"resources\":[" + resource.replace("CPU", CPU)
                + "]}";
        var found = problem(LAUNCH.formatted(launch));
        assertThat(found).startsWith(problem);
        assertThat(found.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @Test
    void controlGroupsAreSharedWithParentsOnly() throws MesosJsonException {
        var launch = "{\"container_id\":{\"value\":\"c\"%s},\"container\":{\"type\":\"MESOS\",\"linux_info\":"
                + "{\"share_cgroups\":%s}}}";
        var deep = ",\"parent\":{\"value\":\"p\",\"parent\":{\"value\":\"q\"}}";
        assertThat(problem(LAUNCH.formatted(launch.formatted("", "true"))))
                .contains("containers without a parent cannot set 'share_cgroups' to 'true'");
        assertThat(problem(LAUNCH.formatted(launch.formatted(deep, "false"))))
                .contains("cannot set 'share_cgroups' to 'false'");
        assertThat(problem(LAUNCH.formatted(launch.formatted("", "false")))).isEmpty();
    }

    @Test
    void nestsOnlySoDeep() {
        var id = ContainerID.newBuilder().setValue("c").build();
        for (int i = 0; i <= ContainerCallRules.MAX_DEPTH; i++) {
            id = ContainerID.newBuilder().setValue("c").setParent(id).build();
        }
        var call = Call.newBuilder().setType(Call.Type.WAIT_CONTAINER);
        call.getWaitContainerBuilder().setContainerId(id);
        assertThat(ContainerCallRules.problem(call.build()).orElse("")).contains("nested more than 32 deep");
    }
}

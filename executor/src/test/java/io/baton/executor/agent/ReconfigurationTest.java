package io.baton.executor.agent;

import static io.baton.executor.agent.Reconfiguration.Policy.ADDITIVE;
import static io.baton.executor.agent.Reconfiguration.Policy.EQUAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.probe.AttributesText;
import io.baton.executor.probe.ResourcesText;
import io.baton.v1.AgentInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconfigurationTest {
    private static AgentInfo info(String resources, String attributes) {
        return AgentInfo.newBuilder()
                .setHostname("h")
                .setPort(5051)
                .addAllResources(ResourcesText.parse(resources))
                .addAllAttributes(AttributesText.parse(attributes))
                .build();
    }

    @ParameterizedTest(name = "{0} {1} -> {2} {3}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:4                 | ''             | cpus:4                 | ''               | true  | true
            cpus:4;mem:8           | ''             | mem:8;cpus:4           | ''               | true  | true
            cpus:4                 | ''             | cpus:5                 | ''               | false | true
            cpus:4                 | ''             | cpus:3                 | ''               | false | false
            cpus:4                 | ''             | cpus:4;mem:8           | ''               | false | true
            cpus:4;mem:8           | ''             | cpus:4                 | ''               | false | false
            cpus(a):4              | ''             | cpus:4                 | ''               | false | false
            ports:[10-20]          | ''             | ports:[5-30]           | ''               | false | true
            ports:[10-20]          | ''             | ports:[10-15]          | ''               | false | false
            cpus:4                 | rack:r1        | cpus:4                 | rack:r1          | true  | true
            cpus:4                 | rack:r1        | cpus:4                 | rack:r2          | false | false
            cpus:4                 | rack:r1        | cpus:4                 | rack:r1;zone:z   | false | true
            cpus:4                 | rack:r1;zone:z | cpus:4                 | zone:z;rack:r1   | true  | true
            cpus:4                 | rack:r1        | cpus:4                 | ''               | false | false
            cpus:4                 | level:3        | cpus:4                 | level:4          | false | false
            cpus:4                 | r:[1-5]        | cpus:4                 | r:[1-9]          | false | true
            cpus:4                 | r:[1-5]        | cpus:4                 | r:[2-9]          | false | false
            """)
    void whatMayChange(
            String resources, String attributes, String then, String thenAttributes, boolean equal, boolean additive) {
        var before = info(resources, attributes);
        var now = info(then, thenAttributes);

        assertThat(Reconfiguration.problem(EQUAL, before, now, false).isEmpty()).isEqualTo(equal);
        assertThat(Reconfiguration.problem(ADDITIVE, before, now, false).isEmpty())
                .isEqualTo(additive);
    }

    @Test
    void hostnameAndPortStay() {
        var before = info("cpus:4", "");
        var other = before.toBuilder().setHostname("i").setPort(5052).build();

        assertThat(Reconfiguration.problem(ADDITIVE, before, other, false).orElse(""))
                .contains("hostname was h and is i; port was 5051 and is 5052");
        assertThat(Reconfiguration.problem(
                        EQUAL, before, before.toBuilder().setPort(7).build(), true))
                .isEmpty();
    }

    @Test
    void saysWhatDiffersAndWhatToDo() {
        assertThat(Reconfiguration.problem(EQUAL, info("cpus:4", "rack:r1"), info("cpus:2", "rack:r2"), false))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("named were cpus:4 and are cpus:2")
                        .contains("attributes were rack:r1 and are rack:r2")
                        .contains("baton.agent.reconfiguration-policy = equal")
                        .contains("--recover=cleanup"));
    }
}

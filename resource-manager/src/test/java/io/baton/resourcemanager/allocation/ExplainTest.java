package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.Explain;
import io.baton.core.protocol.AllocatorProtocol.Explained;
import io.baton.v1.FrameworkInfo.Capability;
import io.baton.v1.explain.Count;
import io.baton.v1.explain.Explanation;
import io.baton.v1.explain.Hindrance;
import io.baton.v1.explain.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTest {
    private final Stage stage = new Stage();

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cpus:1         | cpus:2 mem:64                | fits
            cpus:4         | cpus:2 mem:64                | TOO_SMALL cpus: 4 wanted, the agent has 2
            cpus:2 mem:99  | cpus:1 mem:64                | TOO_SMALL cpus: 2 wanted, the agent has 1, TOO_SMALL mem: 99 wanted, the agent has 64
            cpus:2         | cpus:1 cpus(other):3         | RESERVED cpus: 2 wanted, 3 of 4 is reserved for other roles
            cpus:2         | cpus:1 cpus(r):1             | fits
            gpus:1         | cpus:1                       | TOO_SMALL gpus: 1 wanted, the agent has 0
            """)
    void saysWhatIsMissing(String wanted, String agent, String verdict) {
        stage.framework("f", "r").agent("x", agent);
        assertThat(shown(ask("f", "", wanted))).isEqualTo("x/r " + verdict);
    }

    @Test
    void saysWhatIsInUse() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:64").holding("x", "g", "s", "cpus:3");
        assertThat(shown(ask("f", "", "cpus:2")))
                .isEqualTo("x/r IN_USE cpus: 2 wanted, 1 of 4 is free, the rest is used or on offer");
    }

    @Test
    void saysWhenAnAgentGetsNoNewTasks() {
        stage.framework("f", "r").agent("x", "cpus:4").holding("x", "g", "s", "cpus:1");
        stage.outOfUse("x");

        assertThat(shown(ask("f", "", "cpus:2")))
                .isEqualTo("x/r OUT_OF_USE the agent gets no new tasks: it is away, an operator has deactivated it or"
                        + " drains it, or its machine goes down; see 'baton agents'");
        assertThat(shown(ask("f", "", "cpus:5"))).contains("OUT_OF_USE", "TOO_SMALL");

        stage.holding("x", "g", "s", "cpus:3");
        assertThat(shown(ask("f", "", "cpus:2"))).as("all used").startsWith("x/r IN_USE");
    }

    @Test
    void saysWhenAFilterEnds() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:64");
        stage.round();
        stage.decline("x", "f", Duration.ofSeconds(60)).pass(Duration.ofSeconds(18));
        assertThat(shown(ask("f", "", "cpus:2")))
                .isEqualTo("x/r FILTER the framework has refused as much as is free here; its filter ends in 42 s,"
                        + " or with a REVIVE");
    }

    @Test
    void saysWhatQuotaKeepsBack() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:64").quota("r", "", "cpus:1");
        assertThat(shown(ask("f", "", "cpus:2")))
                .isEqualTo("x/r LIMIT cpus: 2 wanted, role 'r' may have 1 more below its limit");

        stage.quota("r", "", "").quota("other", "cpus:3", "");
        assertThat(shown(ask("f", "", "cpus:2")))
                .isEqualTo("x/r PROMISED cpus: 2 wanted, 1 can be spared, the rest is promised to roles with"
                        + " guarantees");
    }

    @Test
    void namesEveryObstacle() {
        stage.framework(
                        "f",
                        List.of("r", "s"),
                        List.of("r"),
                        Stage.without(Capability.Type.GPU_RESOURCES, Capability.Type.REVOCABLE_RESOURCES))
                .agent("x", "cpus:0.001 cpus{REV}:3 gpus:1");

        assertThat(kinds(ask("f", "r", "cpus:2"))).isEqualTo("SUPPRESSED GPUS CAPABILITY FLOOR");
        assertThat(kinds(ask("f", "s", "cpus:2"))).isEqualTo("GPUS CAPABILITY FLOOR");
    }

    @Test
    void putsTheNearestMissFirst() {
        stage.framework("f", "r")
                .agent("far", "cpus:1 mem:64")
                .agent("near", "cpus:3 mem:64")
                .agent("yes", "cpus:4");
        var all = ask("f", "", "cpus:4");

        assertThat(all.getVerdictsList().stream().map(Verdict::getAgentId)).containsExactly("yes", "near", "far");
        assertThat(all.getFitting()).isEqualTo(1);
        assertThat(all.getObstaclesList())
                .containsExactly(Count.newBuilder()
                        .setKind(Hindrance.TOO_SMALL)
                        .setPairs(2)
                        .build());
        assertThat(ask("f", "", "cpus:4", 1).getVerdictsList()).hasSize(1);
    }

    @Test
    void changesNothing() {
        stage.framework("f", "r").agent("x", "cpus:4 mem:64").quota("r", "", "cpus:1");
        ask("f", "", "cpus:2");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1; mem:64");
    }

    @Test
    void saysWhyThereIsNothingToExplain() {
        assertThat(ask("f", "", "cpus:1").getProblem()).contains("not subscribed");
        stage.framework("f", "r");
        assertThat(ask("f", "q", "cpus:1").getProblem()).contains("is not in role 'q' but in [r]");
        assertThat(ask("f", "r", "cpus:1").getProblem()).contains("no agent");
    }

    private Explanation ask(String framework, String role, String wanted) {
        return ask(framework, role, wanted, 10);
    }

    private Explanation ask(String framework, String role, String wanted, int limit) {
        return stage.allocator.explain(
                new Explain(
                        new FrameworkId(framework),
                        role,
                        Bundles.of(wanted),
                        limit,
                        TestInbox.<Explained>create().getRef()),
                stage.now);
    }

    private static String shown(Explanation all) {
        return all.getVerdictsList().stream()
                .map(v -> v.getAgentId() + "/" + v.getRole() + " "
                        + (v.getFits()
                                ? "fits"
                                : v.getObstaclesList().stream()
                                        .map(o -> o.getKind() + " " + o.getText())
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining("\n"));
    }

    private static String kinds(Explanation all) {
        return all.getVerdicts(0).getObstaclesList().stream()
                .map(o -> o.getKind().name())
                .collect(Collectors.joining(" "));
    }
}

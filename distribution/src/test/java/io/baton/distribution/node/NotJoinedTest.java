package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NotJoinedTest {
    @Test
    void aMasterWithoutSeedsIsNotAskedWhichOfThemItIs() {
        assertThat(Nodes.notJoined(node(List.of()), "10.0.0.7"))
                .hasMessageContaining("1 of the 1 masters must run")
                .hasMessageNotContainingAny("[]", "--advertise");
    }

    @Test
    void aMasterThatIsNoneOfTheSeedsIs() {
        var node = node(List.of("m1:7", "m2:7", "m3:7"));

        assertThat(Nodes.notJoined(node, "10.0.0.7"))
                .hasMessageContaining("the first of [m1:7, m2:7, m3:7] among them; this one is 10.0.0.7, port 7")
                .hasMessageEndingWith("say with --advertise which of them it is");
        assertThat(Nodes.notJoined(node, "m2")).hasMessageNotContaining("--advertise");
    }

    private static NodeConfig node(List<String> seeds) {
        return Configuration.load(Optional.empty(), Map.of("baton.node.seeds", seeds, "baton.node.cluster-port", 7))
                .read(NodeConfig::from);
    }
}

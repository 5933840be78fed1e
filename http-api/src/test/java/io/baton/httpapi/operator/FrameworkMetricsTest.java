package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.httpapi.States;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.master.Response;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrameworkMetricsTest {
    private static SortedMap<String, Double> shown(Response.GetState state, Map<String, Double> counted) {
        var out = new TreeMap<String, Double>();
        FrameworkMetrics.add(out, state, new Numbers(new TreeMap<>(counted)));
        return out;
    }

    private static Response.GetFrameworks.Framework framework(String id, String principal) {
        var info = FrameworkInfo.newBuilder().setUser("u").setName("a/b");
        info.getIdBuilder().setValue(id);
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .build();
    }

    @Test
    void showsEachFrameworkWithItsRoles() {
        var state = States.small().state();

        var out = shown(state, Map.of("framework/F1/roles/dev/suppressed", 1.0, "framework/F1/events/heartbeat", 3.0));

        assertThat(out)
                .containsEntry("master/frameworks/fw/F1/subscribed", 1.0)
                .containsEntry("master/frameworks/fw/F1/roles/dev/suppressed", 1.0)
                .containsEntry("master/frameworks/fw/F1/events/heartbeat", 3.0)
                .containsEntry("master/frameworks/fw/F1/tasks/active/task_running", 2.0)
                .containsEntry("master/frameworks/fw/F1/tasks/active/task_unknown", 0.0);
        assertThat(out.keySet()).noneMatch(name -> name.startsWith("frameworks/"));
    }

    @Test
    void addsUpWhatAPrincipalsFrameworksAsked() {
        var state = Response.GetState.newBuilder();
        state.getGetFrameworksBuilder()
                .addFrameworks(framework("F1", "p"))
                .addFrameworks(framework("F2", "p"))
                .addFrameworks(framework("F3", ""));

        var out = shown(
                state.build(), Map.of("framework/F1/calls", 4.0, "framework/F2/calls", 3.0, "framework/F3/calls", 9.0));

        assertThat(out)
                .containsEntry("frameworks/p/messages_received", 7.0)
                .containsEntry("frameworks/p/messages_processed", 7.0)
                .containsEntry("master/frameworks/a%2Fb/F3/calls", 9.0)
                .containsEntry("master/frameworks/a%2Fb/F3/roles/*/suppressed", 0.0);
        assertThat(out.keySet().stream().filter(name -> name.startsWith("frameworks/")))
                .hasSize(2);
    }
}

package io.baton.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import io.baton.protocol.json.MesosJson;
import io.baton.testkit.http.HttpPort;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.DrainInfo;
import io.baton.v1.DrainState;
import io.baton.v1.master.Response;
import io.baton.v1.operator.MasterStatus;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RegistryDeskTest {
    private static Response.GetAgents.Agent.Builder agent(String host, boolean active) {
        return Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname(host))
                .setVersion("1")
                .setActive(active);
    }

    @Test
    void missesNoAgentThatIsInactiveBecauseAnOperatorSaysSo() {
        var answer = Response.newBuilder()
                .setType(Response.Type.GET_AGENTS)
                .setGetAgents(Response.GetAgents.newBuilder()
                        .addAgents(agent("here", true))
                        .addAgents(agent("lost", false))
                        .addAgents(agent("deactivated", false).setDeactivated(true))
                        .addAgents(agent("drained", false)
                                .setDeactivated(true)
                                .setDrainInfo(DrainInfo.newBuilder()
                                        .setState(DrainState.DRAINED)
                                        .setConfig(DrainConfig.getDefaultInstance()))))
                .build();
        try (var port = new HttpPort(0, null, (request, to) -> to.answer(200, answer.toByteArray()))) {
            var desk = new RegistryDesk(new Cluster("127.0.0.1:" + port.number()));

            assertThat(desk.inactiveAgents()).containsExactly("lost");
        }
    }

    /** A proxy with a certificate stands before masters that name themselves by plain addresses. */
    @Test
    void aCredentialForHttpsIsNotSentToThoseThatAMasterNames() {
        var seen = new ArrayList<String>();
        var named = new AtomicReference<byte[]>();
        try (var port = new HttpPort(0, null, (request, to) -> {
            seen.add(request.header("authorization"));
            to.answer(request.header("authorization").isEmpty() ? 401 : 200, named.get());
        })) {
            var own = MasterStatus.newBuilder();
            own.addMastersBuilder()
                    .setName("m")
                    .setIncarnation(1)
                    .setVoterId("v")
                    .setJoinedAt(0)
                    .setHttp("127.0.0.1:" + port.number());
            named.set(MesosJson.write(own.setName("m")
                    .setIncarnation(1)
                    .setClusterId("c")
                    .setVersion("1")
                    .setTime(0)
                    .setExpectedMasters(1)
                    .setVoterId("v")
                    .setAppliedIndex(1)
                    .setAgentsUnreachable(0)
                    .setStoreBytes(0)
                    .build()));
            var user = new Login("", "", "t0ken", false);
            var desk = new RegistryDesk(new Cluster("127.0.0.1:" + port.number(), user));

            assertThat(desk.reports()).hasSize(1);
            assertThat(seen).containsExactly("Bearer t0ken", "Bearer t0ken");

            seen.clear();
            var encrypted = new Login("", "", "t0ken", true);
            var held = new RegistryDesk(new Cluster("127.0.0.1:" + port.number(), encrypted));
            assertThatThrownBy(held::reports)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("is not sent over plain http");
            assertThat(seen).containsExactly("");
        }
    }

    /** It may have been done, or be done later: another master would do it once more. */
    @Test
    void aChangeWhoseOutcomeIsUnknownIsAskedOfNobodyElse() {
        try (var unsure = new HttpPort(0, null, (request, to) -> to.answer(503, "{\"detail\":\"it may be done\"}"));
                var other = new HttpPort(0, null, (request, to) -> to.answer(200, "{\"done\":\"once more\"}"))) {
            var desk = new RegistryDesk(new Cluster("127.0.0.1:" + unsure.number() + ",127.0.0.1:" + other.number()));

            assertThatThrownBy(() -> desk.change("m", "remove"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("remove m: it may be done");
            assertThatThrownBy(() -> desk.restore(new byte[1], false))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("restore: it may be done");
        }
    }

    @Test
    void norIsOneThatGotNoAnswer() {
        var gone = new HttpPort(0, null, (request, to) -> to.close());
        gone.close();
        try (var silent = new HttpPort(0, null, (request, to) -> to.close());
                var other = new HttpPort(0, null, (request, to) -> to.answer(200, "{\"done\":\"once more\"}"))) {
            var desk = new RegistryDesk(new Cluster(
                    "127.0.0.1:" + gone.number() + ",127.0.0.1:" + silent.number() + ",127.0.0.1:" + other.number()));

            assertThatThrownBy(() -> desk.restore(new byte[1], false))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining(silent.number() + " did not answer")
                    .hasMessageContaining("may have done it all the same");
        }
    }
}

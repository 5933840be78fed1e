package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.executor.agent.AgentCommand;
import io.baton.executor.link.LinkIdentity;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose actor fails does not go on as if it were there. */
class EndOnFailureTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path workDir;

    private final CompletableFuture<String> end = new CompletableFuture<>();

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private String reason() throws Exception {
        return end.get(FakeMaster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void whatFailsAtAMessageIsTold() throws Exception {
        Behavior<AgentCommand> fails = Behaviors.receiveMessage(message -> {
            throw new IllegalStateException("no such task");
        });
        var agent = KIT.spawn(EndOnFailure.of(fails, end::complete));

        agent.tell(new AgentCommand.Stop(new CompletableFuture<Done>()));

        assertThat(reason()).contains("the agent has failed", "no such task");
        KIT.createTestProbe().expectTerminated(agent);
    }

    @Test
    void whatFailsAtTheStartIsTold() throws Exception {
        KIT.spawn(EndOnFailure.of(
                Behaviors.setup(context -> {
                    throw new IllegalStateException("no such journal");
                }),
                end::complete));

        assertThat(reason()).contains("no such journal");
    }

    @Test
    void anAgentThatFailsEnds() throws Exception {
        var config = AgentConfig.from(ConfigFactory.parseMap(Map.of(
                "baton.agent.work-dir", workDir.toString(),
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.resources", "cpus:4;mem:1000;disk:1000")));
        var agent = Agent.start(
                KIT.system(),
                config,
                new Agent.Ports(
                        "1.2.3",
                        5051,
                        () -> {
                            throw new IllegalStateException("what nobody foresaw");
                        },
                        end::complete,
                        LinkIdentity.NONE,
                        Agent.tokens(config)));

        assertThat(reason()).contains("what nobody foresaw", "Tasks go on");
        assertThat(agent.terminate().toCompletableFuture().get(FakeMaster.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(Done.done());
    }
}

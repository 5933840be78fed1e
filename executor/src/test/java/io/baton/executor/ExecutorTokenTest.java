package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.security.ExecutorIdentity;
import io.baton.core.security.ExecutorTokens;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.executor.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor is given a token, and its agent knows it by that. */
class ExecutorTokenTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final String VARIABLE = "MESOS_EXECUTOR_AUTHENTICATION_TOKEN";

    @TempDir
    private Path workDir;

    private RunningAgent agent;
    private Path shown;

    @BeforeEach
    void start() throws IOException {
        agent = new RunningAgent(KIT.system(), workDir, Map.of());
        shown = workDir.resolve("shown");
        var info = ExecutorInfo.newBuilder()
                .setType(ExecutorInfo.Type.CUSTOM)
                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                .setFrameworkId(FRAMEWORK.getId())
                .addResources(Samples.scalar("cpus", 0.01))
                .setCommand(CommandInfo.newBuilder()
                        .setValue("echo $" + VARIABLE + " > " + shown + ".new; mv " + shown + ".new " + shown
                                + "; exec sleep 1000"));
        agent.master()
                .runGroup(
                        List.of(task("t", "ignored")
                                .clearCommand()
                                .setExecutor(info)
                                .build()),
                        true);
        Awaitility.await().atMost(FakeMaster.PATIENCE).until(() -> Files.exists(shown));
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    private CallAnswer find(Optional<ExecutorIdentity> caller) {
        var call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setFrameworkId(FRAMEWORK.getId())
                .setExecutorId(ExecutorID.newBuilder().setValue("e"));
        var answer = new CompletableFuture<CallAnswer>();
        agent.agent().hear(new ExecutorProtocol.Find(call.build(), caller, answer));
        return answer.orTimeout(FakeMaster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** It may have something to tell that must not get lost. */
    @Test
    void isHeardAlthoughItsStreamIsBroken() {
        var call = Call.newBuilder()
                .setFrameworkId(FRAMEWORK.getId())
                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                .setType(Call.Type.MESSAGE)
                .build();
        assertThat(say(call)).isEqualTo(CallAnswer.forbidden("Executor is not subscribed"));
        var stream = KIT.<ExecutorProtocol.Stream>createTestProbe();
        var subscribe = call.toBuilder().setType(Call.Type.SUBSCRIBE).build();
        agent.agent().hear(new ExecutorProtocol.Subscribe(subscribe, "s1", stream.ref()));
        stream.receiveMessage(FakeMaster.PATIENCE);

        agent.agent().hear(new ExecutorProtocol.Disconnected(subscribe, "s1"));

        assertThat(say(call)).isEqualTo(CallAnswer.ACCEPTED);
    }

    private CallAnswer say(Call call) {
        var answer = new CompletableFuture<CallAnswer>();
        agent.agent().hear(new ExecutorProtocol.Invoke(call, Optional.empty(), answer));
        return answer.orTimeout(FakeMaster.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Test
    void speaksForItselfOnly() throws IOException {
        var token = Files.readString(shown).strip();
        var own = ExecutorTokens.open(workDir.resolve("meta/executor-key"))
                .verify(token, Instant.now())
                .orElseThrow();

        assertThat(own.framework()).isEqualTo(FRAMEWORK.getId().getValue());
        assertThat(own.executor()).isEqualTo("e");
        assertThat(find(Optional.of(own))).isEqualTo(CallAnswer.OK);
        assertThat(find(Optional.empty())).as("where no token is wanted").isEqualTo(CallAnswer.OK);
        assertThat(find(Optional.of(new ExecutorIdentity("g", "e", own.container()))))
                .isEqualTo(CallAnswer.forbidden("Authenticated principal '{cid: " + own.container()
                        + ", eid: e, fid: g}' does not contain an 'fid' claim with the framework ID fw-1, which is set in"
                        + " the call"));
        assertThat(find(Optional.of(new ExecutorIdentity(own.framework(), "d", own.container())))
                        .message())
                .contains("does not contain an 'eid' claim with the executor ID e");
        assertThat(find(Optional.of(new ExecutorIdentity(own.framework(), "e", "old")))
                        .message())
                .endsWith("does not contain a 'cid' claim with the correct active ContainerID");
    }
}

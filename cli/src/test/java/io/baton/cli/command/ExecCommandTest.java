package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
import io.baton.protocol.recordio.RecordIo;
import io.baton.testkit.http.Connection;
import io.baton.testkit.http.HttpPort;
import io.baton.testkit.http.Request;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.ProcessIO;
import io.baton.v1.master.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code baton exec} against ports that answer as a master and an agent do; the input is broken from the start. */
@Timeout(60)
class ExecCommandTest {
    /** Longer than a command is waited for that has not ended. */
    private static final long OUTPUT_SECONDS = 5;

    private static final InputStream BROKEN = new InputStream() {
        @Override
        public int read() throws IOException {
            throw new IOException("the pipe is gone");
        }
    };

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private volatile boolean ended;
    /** How the first that ask for the end are answered; 0 for a connection that breaks. */
    private final Queue<Integer> untold = new ConcurrentLinkedQueue<>();

    private final HttpPort agent = new HttpPort(0, null, this::asAgent);
    private final HttpPort master = new HttpPort(0, null, this::asMaster);

    @AfterEach
    void close() {
        agent.close();
        master.close();
    }

    @Test
    void aCommandThatWaitsForInputThatCannotComeIsNotWaitedFor() {
        assertThatThrownBy(exec()::call)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("the input could not be passed on: the pipe is gone");
    }

    @Test
    void theOutputOfACommandThatHasEndedIsWaitedForThoughItsInputIsBroken() throws Exception {
        ended = true;

        assertThat(exec().call()).isEqualTo(3);
        assertThat(shown.toString(StandardCharsets.UTF_8)).isEqualTo("all of it");
    }

    /** As a proxy does that has waited long enough, or an agent that has too much to do. */
    @ParameterizedTest
    @ValueSource(ints = {0, 503})
    void anAnswerThatBreaksOffIsNoEndOfTheCommand(int how) {
        untold.add(how);

        assertThatThrownBy(exec()::call)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("the input could not be passed on: the pipe is gone");
        assertThat(untold).as("asked").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 503})
    void theEndIsAskedForAgainWhenItWasNotTold(int how) throws Exception {
        ended = true;
        untold.addAll(List.of(how, how));

        assertThat(exec().call()).isEqualTo(3);
    }

    private ExecCommand exec() {
        var out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        var exec = new ExecCommand(new Terminal(out, out, false, false), BROKEN);
        new CommandLine(exec).parseArgs("-i", "--master", "http://127.0.0.1:" + master.number(), "t", "--", "cat");
        return exec;
    }

    private void asMaster(Request request, Connection to) throws IOException {
        var status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(TaskState.TASK_RUNNING);
        status.getContainerStatusBuilder().getContainerIdBuilder().setValue("c");
        var task = Task.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                .setAgentId(AgentID.newBuilder().setValue("A"))
                .setState(TaskState.TASK_RUNNING)
                .addStatuses(status);
        var state = Response.GetState.newBuilder()
                .setGetTasks(Response.GetTasks.newBuilder().addTasks(task))
                .setGetAgents(Response.GetAgents.newBuilder()
                        .addAgents(Response.GetAgents.Agent.newBuilder()
                                .setAgentInfo(AgentInfo.newBuilder()
                                        .setId(AgentID.newBuilder().setValue("A"))
                                        .setHostname("h"))
                                .setPid("slave(1)@127.0.0.1:" + agent.number())
                                .setVersion("1")
                                .setActive(true)));
        to.answer(200, Response.newBuilder().setGetState(state).build().toByteArray());
    }

    /** Nobody else is answered. An end is told at once, but output comes late. */
    private void asAgent(Request request, Connection to) throws IOException {
        var type = request.header("content-type").endsWith("recordio")
                ? Call.Type.ATTACH_CONTAINER_INPUT
                : Call.parseFrom(request.body()).getType();
        if (type == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
            to.beginChunks(200);
            if (ended) {
                CompletableFuture.delayedExecutor(OUTPUT_SECONDS, TimeUnit.SECONDS)
                        .execute(() -> writeOutput(to));
            }
        } else if (type == Call.Type.WAIT_NESTED_CONTAINER && !untold.isEmpty()) {
            breakOff(to, untold.remove());
        } else if (type == Call.Type.WAIT_NESTED_CONTAINER && ended) {
            var answer = io.baton.v1.agent.Response.newBuilder()
                    .setType(io.baton.v1.agent.Response.Type.WAIT_NESTED_CONTAINER);
            answer.getWaitNestedContainerBuilder().setExitStatus(3 << 8);
            to.answer(200, answer.build().toByteArray());
        }
    }

    private static void breakOff(Connection to, int status) throws IOException {
        if (status == 0) {
            throw new IOException("a connection that breaks");
        }
        to.answer(status, "too much to do");
    }

    private static void writeOutput(Connection to) {
        var data = ProcessIO.Data.newBuilder()
                .setType(ProcessIO.Data.Type.STDOUT)
                .setData(ByteString.copyFromUtf8("all of it"));
        try {
            to.chunk(RecordIo.encode(ProcessIO.newBuilder()
                    .setType(ProcessIO.Type.DATA)
                    .setData(data)
                    .build()
                    .toByteArray()));
            to.endChunks();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

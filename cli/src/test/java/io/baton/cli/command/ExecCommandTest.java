package io.baton.cli.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Terminal;
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
import io.baton.v1.master.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** {@code baton exec} against ports that answer as a master and an agent do; the command there never ends. */
@Timeout(60)
class ExecCommandTest {
    private final HttpPort agent = new HttpPort(0, null, this::asAgent);
    private final HttpPort master = new HttpPort(0, null, this::asMaster);

    @AfterEach
    void close() {
        agent.close();
        master.close();
    }

    @Test
    void aCommandThatWaitsForInputThatCannotComeIsNotWaitedFor() {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the pipe is gone");
            }
        };
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var exec = new ExecCommand(new Terminal(out, out, false, false), broken);
        new CommandLine(exec).parseArgs("-i", "--master", "http://127.0.0.1:" + master.number(), "t", "--", "cat");

        assertThatThrownBy(exec::call)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("the input could not be passed on: the pipe is gone");
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

    /** Nobody else is answered. */
    private void asAgent(Request request, Connection to) throws IOException {
        if (Call.parseFrom(request.body()).hasLaunchNestedContainerSession()) {
            to.beginChunks(200);
        }
    }
}

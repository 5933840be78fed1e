package io.baton.cli;

import io.baton.cli.terminal.Terminal;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.master.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;

/**
 * Goes once through what commands do, against a socket that gives one answer to everything: the launcher has the JVM
 * write down which classes that takes, so that later starts need not look for them.
 */
public final class WarmUp {
    private WarmUp() {}

    /** Runs each command that only reads, and {@code run} until it is refused. */
    public static void main(String[] args) throws IOException {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var terminal = new Terminal(nowhere, nowhere, false, false);
        try (var server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            var thread = new Thread(() -> answer(server), "answers");
            thread.setDaemon(true);
            thread.start();
            var master = "--master=http://127.0.0.1:" + server.getLocalPort();
            Main.run(terminal, "tasks", master, "--all");
            Main.run(terminal, "tasks", master, "-o", "json");
            Main.run(terminal, "agents", master);
            Main.run(terminal, "frameworks", master);
            Main.run(terminal, "offers", master);
            Main.run(terminal, "logs", master, "t");
            Main.run(terminal, "kill", master, "t");
            Main.run(terminal, "help");
            Main.run(terminal, "version");
            Main.run(terminal, "run", master, "--", "true");
        }
    }

    private static void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (var socket = server.accept()) {
                var scheduler = head(socket.getInputStream()).contains("/scheduler");
                var body = scheduler ? new byte[0] : state().toByteArray();
                var head = "HTTP/1.1 " + (scheduler ? "400 Bad Request" : "200 OK") + "\r\nContent-Type: "
                        + "application/x-protobuf\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
                var out = socket.getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                out.flush();
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Up to the empty line; a body that follows is small enough to stay in the socket's buffer. */
    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        in.skip(in.available());
        return head.toString();
    }

    private static Response state() {
        var agentId = AgentID.newBuilder().setValue("a");
        var frameworkId = FrameworkID.newBuilder().setValue("f");
        var cpus = Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(1));
        var response = Response.newBuilder().setType(Response.Type.GET_STATE);
        var state = response.getGetStateBuilder();
        state.getGetTasksBuilder()
                .addTasks(Task.newBuilder()
                        .setName("t")
                        .setTaskId(TaskID.newBuilder().setValue("t"))
                        .setAgentId(agentId)
                        .setFrameworkId(frameworkId)
                        .setState(TaskState.TASK_RUNNING)
                        .addResources(cpus)
                        .addStatuses(TaskStatus.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setState(TaskState.TASK_RUNNING)
                                .setTimestamp(1)));
        var framework = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(frameworkId))
                .setActive(true)
                .setConnected(true)
                .setRecovered(false);
        state.getGetFrameworksBuilder().addFrameworks(framework);
        response.getGetFrameworksBuilder().addFrameworks(framework);
        state.getGetAgentsBuilder()
                .addAgents(Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder()
                                .setId(agentId)
                                .setHostname("h")
                                .addResources(cpus))
                        .setActive(true)
                        .setVersion("0")
                        .addTotalResources(cpus));
        return response.build();
    }
}

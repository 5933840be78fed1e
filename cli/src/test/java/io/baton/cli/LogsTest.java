package io.baton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
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
import io.baton.v1.agent.Call;
import io.baton.v1.agent.Response.ListFiles;
import io.baton.v1.agent.Response.ReadFile;
import io.baton.v1.master.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code baton logs} against ports that answer as a master and an agent do. */
@Timeout(60)
class LogsTest {
    private static final String EXECUTORS = "/slaves/A/frameworks/F/executors/";

    private final Map<String, String> files = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final HttpPort agent = new HttpPort(0, null, this::asAgent);
    private final HttpPort master = new HttpPort(0, null, this::asMaster);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Requests to the agent that come while it starts: half of them find nobody, half are refused. */
    private static final int AWAY = 6;

    private final AtomicInteger looks = new AtomicInteger();
    private String executor = "";
    private int awayFrom = Integer.MAX_VALUE;

    /** So often the agent says that the task runs. */
    private int endsAfter = Integer.MAX_VALUE;

    @AfterEach
    void close() {
        agent.close();
        master.close();
    }

    private int run(String... args) {
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Main.run(new Terminal(stream, stream, false, false), args);
    }

    private int logs(String... more) {
        var args = new ArrayList<>(List.of("logs", "t", "--master", "http://127.0.0.1:" + master.number()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** To start an agent again is nothing that its tasks notice. The masters are asked once, however long it takes. */
    @Test
    void followsOnWhileTheAgentStartsAgain() {
        files.put(EXECUTORS + "t/runs/latest/stdout", "one\n");
        awayFrom = 5;
        endsAfter = 1;

        assertThat(logs("-f")).isZero();

        assertThat(questions).hasValue(1);
        assertThat(looks.get()).isGreaterThan(awayFrom + AWAY);
        assertThat(printed())
                .startsWith("one\nbaton: the task's agent does not answer (")
                .endsWith("); still trying\ntwo\n");
    }

    /** The task goes on for ever, as far as this test is concerned. */
    @Test
    void followsNoLongerThanSomebodyReads() {
        files.put(EXECUTORS + "t/runs/latest/stdout", "one\n");
        var gone = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
        var err = new PrintStream(out, true, StandardCharsets.UTF_8);

        var status = Main.run(
                new Terminal(gone, err, false, false),
                "logs",
                "t",
                "-f",
                "--master",
                "http://127.0.0.1:" + master.number());

        assertThat(status).isEqualTo(1);
        assertThat(looks.get()).isLessThan(20);
    }

    @Test
    void showsWhatATaskOfAGroupWrote() {
        executor = "pod";
        files.put(EXECUTORS + "pod/runs/latest/stdout", "of the executor\n");
        files.put(EXECUTORS + "pod/runs/latest/tasks/t/stdout", "of the task\n");
        files.put(EXECUTORS + "pod/runs/latest/tasks/t/stderr", "its errors\n");

        assertThat(logs()).isZero();
        assertThat(logs("--stderr")).isZero();

        assertThat(printed()).isEqualTo("of the task\nits errors\n");
    }

    @Test
    void showsWhatTheExecutorOfATaskWrote() {
        executor = "custom";
        files.put(EXECUTORS + "custom/runs/latest/stdout", "of the executor\n");

        assertThat(logs()).isZero();

        assertThat(printed()).isEqualTo("of the executor\n");
    }

    @Test
    void theExecutorOfACommandIsTheTask() {
        executor = "t";
        files.put(EXECUTORS + "t/runs/latest/stdout", "of the task\n");

        assertThat(logs()).isZero();

        assertThat(printed()).isEqualTo("of the task\n");
    }

    private void asMaster(Request request, Connection to) throws IOException {
        questions.incrementAndGet();
        to.answer(200, Response.newBuilder().setGetState(state()).build().toByteArray());
    }

    private Response.GetState.Builder state() {
        return Response.GetState.newBuilder()
                .setGetTasks(Response.GetTasks.newBuilder().addTasks(task()))
                .setGetAgents(Response.GetAgents.newBuilder()
                        .addAgents(Response.GetAgents.Agent.newBuilder()
                                .setAgentInfo(AgentInfo.newBuilder()
                                        .setId(AgentID.newBuilder().setValue("A"))
                                        .setHostname("h"))
                                .setPid("slave(1)@127.0.0.1:" + agent.number())
                                .setVersion("1")
                                .setActive(true)));
    }

    private Task.Builder task() {
        var task = Task.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                .setAgentId(AgentID.newBuilder().setValue("A"))
                .setState(TaskState.TASK_RUNNING);
        if (!executor.isEmpty()) {
            task.getExecutorIdBuilder().setValue(executor);
        }
        return task;
    }

    private void asAgent(Request request, Connection to) throws IOException {
        var call = Call.parseFrom(request.body());
        int look = looks.getAndIncrement();
        if (look >= awayFrom && look < awayFrom + AWAY) {
            files.put(EXECUTORS + "t/runs/latest/stdout", "one\ntwo\n");
            if (look < awayFrom + AWAY / 2) {
                to.close();
            } else {
                to.answer(503, "Agent has not finished recovery");
            }
            return;
        }
        var answer = io.baton.v1.agent.Response.newBuilder();
        if (call.getType() == Call.Type.GET_TASKS) {
            if (endsAfter-- > 0) {
                answer.getGetTasksBuilder().addLaunchedTasks(task());
            }
        } else if (call.hasListFiles()) {
            var directory = call.getListFiles().getPath() + "/";
            if (files.keySet().stream().noneMatch(file -> file.startsWith(directory))) {
                to.answer(404, "");
                return;
            }
            answer.setListFiles(ListFiles.getDefaultInstance());
        } else {
            var content = files.get(call.getReadFile().getPath());
            if (content == null) {
                to.answer(404, "");
                return;
            }
            var from = (int) Math.min(call.getReadFile().getOffset(), content.length());
            answer.setReadFile(ReadFile.newBuilder()
                    .setSize(content.length())
                    .setData(ByteString.copyFromUtf8(content.substring(from))));
        }
        to.answer(200, answer.build().toByteArray());
    }
}

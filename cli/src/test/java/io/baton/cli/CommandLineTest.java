package io.baton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.cli.terminal.Terminal;
import io.baton.testkit.http.Connection;
import io.baton.testkit.http.HttpPort;
import io.baton.testkit.http.Request;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.agent.Response.ReadFile;
import io.baton.v1.master.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole command lines against a port that answers as a master and an agent do. */
@Timeout(60)
class CommandLineTest {
    private static final String MASTER_ID = "3f2a81bc-0000-1111-2222-333344445555";
    /** Three and a half hours, with half a minute before the shown age changes. */
    private static final long AGE = 3 * 3600 + 30 * 60 + 30;

    private static final String EXPLANATION = "{\"fitting\":1,\"obstacles\":[{\"kind\":\"TOO_SMALL\",\"pairs\":1}],"
            + "\"verdicts\":[{\"agent_id\":\"A1\",\"hostname\":\"h1\",\"role\":\"*\",\"fits\":true},"
            + "{\"agent_id\":\"A2\",\"hostname\":\"h2\",\"role\":\"*\",\"fits\":false,\"obstacles\":"
            + "[{\"kind\":\"TOO_SMALL\",\"text\":\"cpus: 4 wanted, the agent has 2\"}]}]}";

    private static final String LOG = "one\ntwo\nthree\n";

    private final List<io.baton.v1.master.Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpPort port = new HttpPort(0, null, this::answer);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void listsTasks() {
        assertThat(run("tasks")).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "ID      NAME        STATE         AGENT    CPUS   MEM   AGE",
                        "web-1   web\\u202e   RUNNING       host-1   0.5    64M   3h30m",
                        "twin    twin        RUNNING       host-1   0.5    64M   3h30m",
                        "twin    twin        UNREACHABLE   host-1   0.5    64M   3h30m");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void listsEndedTasksOnRequest() {
        assertThat(run("tasks", "-a", "-q")).isZero();

        assertThat(lines(out)).containsExactly("web-1", "twin", "twin", "old-1");
    }

    @Test
    void explainsOffers() {
        assertThat(run("explain", "web", "cpus:4", "mem:64")).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "AGENT   HOST   ROLE   VERDICT",
                        "A1      h1     *      fits",
                        "A2      h2     *      cpus: 4 wanted, the agent has 2");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("1 of all pairs")
                .contains("TOO_SMALL 1");
        assertThat(asked).contains("GET /api/v1/explain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3f2a81bc-0000", "0000", "3f2a81bc-0000-1111", MASTER_ID + "-0000", "web"})
    void takesFrameworksAsTheListShowsThem(String framework) {
        assertThat(run("explain", framework, "cpus:4")).isZero();

        assertThat(queries).containsExactly("framework=" + MASTER_ID + "-0000&role=&want=cpus%3A4&limit=20");
    }

    @Test
    void explainsNothingOfAFrameworkThatIsNotThere() {
        assertThat(run("explain", "nobody", "cpus:4")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no framework is 'nobody'");
    }

    @Test
    void listsAgents() {
        assertThat(run("agents", "--no-trunc")).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "ID" + " ".repeat(40) + "HOST     STATE    CPUS    MEM      DISK   TASKS   AGE",
                        MASTER_ID + "-S0   host-1   ACTIVE   0.5/4   64M/2G   -      2       3h30m");
    }

    @Test
    void listsFrameworks() {
        assertThat(run("frameworks")).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "ID              NAME   STATE    ROLES   TASKS   CPUS   MEM   AGE",
                        "3f2a81bc-0000   web    ACTIVE   *       2       0      -     -");
    }

    @Test
    void listsOffers() {
        assertThat(run("offers")).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "ID            FRAMEWORK       AGENT    ROLE   CPUS   MEM   DISK   PORTS",
                        "3f2a81bc-O7   3f2a81bc-0000   host-1   *      0.5    64M   -      -");
    }

    @Test
    void writesJsonInTheWordsOfTheApi() {
        assertThat(run("tasks", "-o", "json", "-a")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"tasks\":[\n{\"name\":\"web\\u202E\",\"task_id\":{\"value\":\"web-1\"}")
                .endsWith("}\n]}\n");
    }

    @Test
    void killsATaskByPrefix() {
        assertThat(run("kill", "we")).isZero();

        assertThat(asked).contains("POST /api/v1/tasks/" + MASTER_ID + "-0000/web-1/kill");
        assertThat(lines(out)).containsExactly("web-1");
    }

    @Test
    void killsNoneIfOneOfThemIsUnclear() {
        assertThat(run("kill", "web-1", "twin")).isEqualTo(2);

        assertThat(asked).noneMatch(request -> request.endsWith("/kill"));
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("baton: 'twin' is a task of several frameworks: " + MASTER_ID + "-0000/twin, " + MASTER_ID
                        + "-0001/twin; name one of these\n");
    }

    @ParameterizedTest
    @CsvSource({
        "drain S0 --grace 2m --gone, DRAIN_AGENT",
        "deactivate S0, DEACTIVATE_AGENT",
        "reactivate S0, REACTIVATE_AGENT"
    })
    void asksForAgentsByPrefix(String line, io.baton.v1.master.Call.Type type) {
        assertThat(run(line.replace("S0", MASTER_ID.substring(0, 8) + "-S0").split(" ")))
                .isZero();

        assertThat(lines(out)).containsExactly(MASTER_ID + "-S0");
        var call = calls.get(calls.size() - 1);
        assertThat(call.getType()).isEqualTo(type);
        if (call.hasDrainAgent()) {
            assertThat(call.getDrainAgent().getAgentId().getValue()).isEqualTo(MASTER_ID + "-S0");
            assertThat(call.getDrainAgent().getMaxGracePeriod().getSeconds()).isEqualTo(120);
            assertThat(call.getDrainAgent().getMarkGone()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, three", "2, two three", "9, one two three"})
    void showsTheLastLinesOfALog(int tail, String shown) {
        assertThat(run("logs", "web-1", "--tail", Integer.toString(tail))).isZero();

        assertThat(String.join(" ", lines(out))).isEqualTo(shown);
    }

    @Test
    void saysWhatToDoIfNoMasterIsThere() throws IOException {
        int nobodys;
        try (var socket = new ServerSocket(0)) {
            nobodys = socket.getLocalPort();
        }

        assertThat(Main.run(terminal(), "tasks", "--master", "127.0.0.1:" + nobodys))
                .isEqualTo(1);
        assertThat(lines(err))
                .containsExactly("baton: cannot reach a master at http://127.0.0.1:" + nobodys
                        + ": Connection refused. Start one with: baton dev, or name another with --master URL");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    tsks                      | 2 | Unmatched argument at index 0: 'tsks'; did you mean tasks
                    tasks --al                | 2 | Unknown option: '--al'; did you mean --all
                    tasks -o yaml             | 2 | Invalid value for option '--output'
                    run                       | 2 | Missing required parameter: 'COMMAND'. Try: baton run --help
                    run --cpus 0 -- true      | 2 | --cpus is 0.0: use a number of at least 0.001
                    run --instances 0 -- true | 2 | --instances is 0: use 1 to 10000
                    run --timeout x -- true   | 2 | --timeout 'x' is no time: write 500ms, 90s, 5m or 1h
                    run -e 1=2 -- true        | 2 | --env 1: a variable's name has letters, digits and _ only
                    run -e NOT_SET_ -- true   | 2 | --env NOT_SET_: it is not set here; write --env NOT_SET_=VALUE
                    drain nobody              | 1 | no agent 'nobody'
                    drain S0 --grace x        | 2 | --grace 'x' is no time: write 500ms, 90s, 5m or 1h
                    kill nobody               | 1 | no task 'nobody'; see them with: baton tasks --all
                    logs web-1 --tail -1      | 2 | --tail is -1: use a number of lines, at least 0
                    """)
    void refusesInOneLine(String line, int status, String message) {
        assertThat(run(line.split(" "))).isEqualTo(status);

        assertThat(lines(err)).singleElement().asString().startsWith("baton: " + message);
        assertThat(out.size()).isZero();
    }

    @Test
    void refusesWhatIsNoUrl() {
        var terminal = terminal();

        assertThat(Main.run(terminal, "tasks", "--master", "ftp://x")).isEqualTo(2);
        assertThat(lines(err))
                .containsExactly("baton: 'ftp://x' is not the URL of a master: write it as http://host:5050");
    }

    @Test
    void helpNamesAllCommands() {
        assertThat(Main.run(terminal(), "help")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "dev",
                        "run",
                        "tasks",
                        "agents",
                        "frameworks",
                        "offers",
                        "logs",
                        "kill",
                        "demo",
                        "master",
                        "agent");
    }

    @Test
    void completionIsAScript() {
        assertThat(Main.run(terminal(), "completion")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("#!/usr/bin/env bash")
                .contains("frameworks");
    }

    private Terminal terminal() {
        return new Terminal(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false);
    }

    private int run(String... args) {
        var all = new java.util.ArrayList<>(List.of(args));
        if (!args[0].equals("tsks")) {
            all.addAll(1, List.of("--master", "http://127.0.0.1:" + port.number()));
        }
        return Main.run(terminal(), all.toArray(String[]::new));
    }

    private static List<String> lines(ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void answer(Request request, Connection connection) throws IOException {
        asked.add(request.method() + " " + request.path());
        if (request.path().startsWith("/api/v1/explain")) {
            queries.add(request.query());
            connection.answer(200, EXPLANATION);
            return;
        }
        if (request.path().endsWith("/kill")) {
            connection.answer(202, "");
            return;
        }
        try {
            var call = io.baton.v1.master.Call.parseFrom(request.body());
            calls.add(call);
            if (call.getType().name().endsWith("_AGENT")) {
                connection.answer(200, "");
                return;
            }
        } catch (com.google.protobuf.InvalidProtocolBufferException agents) {
            // It is one of the agent's.
        }
        // Both APIs are at this path; only the agent's is asked for files.
        var call = io.baton.v1.agent.Call.newBuilder().mergeFrom(request.body()).buildPartial();
        var body = call.hasReadFile()
                ? file(call.getReadFile()).toByteArray()
                : call.hasListFiles() ? NOTHING_ROTATED.toByteArray() : state().toByteArray();
        connection.beginChunks(200, "Content-Type: application/x-protobuf");
        connection.chunk(body);
        connection.endChunks();
    }

    private static final io.baton.v1.agent.Response NOTHING_ROTATED = io.baton.v1.agent.Response.newBuilder()
            .setType(io.baton.v1.agent.Response.Type.LIST_FILES)
            .setListFiles(io.baton.v1.agent.Response.ListFiles.getDefaultInstance())
            .build();

    private static io.baton.v1.agent.Response file(io.baton.v1.agent.Call.ReadFile call) {
        assertThat(call.getPath())
                .isEqualTo("/slaves/" + MASTER_ID + "-S0/frameworks/" + MASTER_ID
                        + "-0000/executors/web-1/runs/latest/stdout");
        var from = (int) Math.min(call.getOffset(), LOG.length());
        var to = (int) Math.min(from + call.getLength(), LOG.length());
        return io.baton.v1.agent.Response.newBuilder()
                .setReadFile(ReadFile.newBuilder()
                        .setSize(LOG.length())
                        .setData(com.google.protobuf.ByteString.copyFromUtf8(LOG.substring(from, to))))
                .build();
    }

    private Response state() {
        var response = Response.newBuilder();
        var frameworks = Response.GetFrameworks.newBuilder()
                .addFrameworks(Response.GetFrameworks.Framework.newBuilder()
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName("web")
                                .addRoles("*")
                                .setId(framework("0000")))
                        .setActive(true)
                        .setConnected(true)
                        .setRecovered(false)
                        .addOffers(Offer.newBuilder()
                                .setId(OfferID.newBuilder().setValue(MASTER_ID + "-O7"))
                                .setFrameworkId(framework("0000"))
                                .setAgentId(agentId())
                                .setHostname("host-1")
                                .setAllocationInfo(
                                        Resource.AllocationInfo.newBuilder().setRole("*"))
                                .addAllResources(resources(0.5, 64))));
        response.setGetFrameworks(frameworks);
        response.getGetStateBuilder()
                .setGetFrameworks(frameworks)
                .setGetTasks(Response.GetTasks.newBuilder()
                        .addTasks(task("web-1", "web\u202e", "0000", TaskState.TASK_RUNNING))
                        .addTasks(task("twin", "twin", "0000", TaskState.TASK_RUNNING))
                        .addUnreachableTasks(task("twin", "twin", "0001", TaskState.TASK_UNREACHABLE))
                        .addCompletedTasks(task("old-1", "old", "0000", TaskState.TASK_FAILED)))
                .setGetAgents(Response.GetAgents.newBuilder()
                        .addAgents(Response.GetAgents.Agent.newBuilder()
                                .setAgentInfo(AgentInfo.newBuilder()
                                        .setId(agentId())
                                        .setHostname("host-1")
                                        .setPort(port.number()))
                                .setPid("slave(1)@127.0.0.1:" + port.number())
                                .setActive(true)
                                .setVersion("0.1.0")
                                .setRegisteredTime(io.baton.v1.TimeInfo.newBuilder()
                                        .setNanoseconds((now() - AGE) * 1_000_000_000L))
                                .addAllTotalResources(resources(4, 2048))
                                .addAllAllocatedResources(resources(0.5, 64))));
        response.setGetAgents(response.getGetState().getGetAgents());
        return response.build();
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static AgentID.Builder agentId() {
        return AgentID.newBuilder().setValue(MASTER_ID + "-S0");
    }

    private static FrameworkID framework(String tail) {
        return FrameworkID.newBuilder().setValue(MASTER_ID + "-" + tail).build();
    }

    private static Task task(String id, String name, String framework, TaskState state) {
        return Task.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setName(name)
                .setFrameworkId(framework(framework))
                .setAgentId(agentId())
                .setState(state)
                .addAllResources(resources(0.5, 64))
                .addStatuses(TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(id))
                        .setState(state)
                        .setTimestamp(now() - AGE))
                .build();
    }

    private static List<Resource> resources(double cpus, double mem) {
        return List.of(scalar("cpus", cpus), scalar("mem", mem));
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }
}

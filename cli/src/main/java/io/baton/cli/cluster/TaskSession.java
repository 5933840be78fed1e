package io.baton.cli.cluster;

import com.google.protobuf.ByteString;
import io.baton.cli.terminal.CommandFailure;
import io.baton.protocol.recordio.RecordIo;
import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.TTYInfo;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.ProcessIO;
import io.baton.v1.agent.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;

/** A process in the place of a task, by the API of the task's agent. It ends with the connection that {@link #start} opens. */
public final class TaskSession {
    private static final String RECORDIO = "application/recordio";
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int FOR_EVER = 0;
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;
    // How wait(2) tells of an end.
    private static final int SIGNAL_MASK = 0x7f;
    private static final int STATUS_SHIFT = 8;
    private static final int STATUS_MASK = 0xff;
    private static final int SIGNALLED = 128;

    private final URI api;
    private final Login user;
    private final ContainerID id;
    private final HttpURLConnection connection;

    private TaskSession(URI api, Login user, ContainerID id, HttpURLConnection connection) {
        this.api = api;
        this.user = user;
        this.id = id;
        this.connection = connection;
    }

    /**
     * Starts the process.
     *
     * @param agent such as {@code http://10.0.0.7:5051}
     * @param task the container of the task
     * @param terminal if the process is to have one
     * @throws CommandFailure if the agent will not
     * @throws IOException if it cannot be reached
     */
    public static TaskSession start(
            String agent, Login user, ContainerID task, CommandInfo command, Optional<TTYInfo> terminal)
            throws IOException {
        var api = URI.create(agent + "/api/v1");
        var id = ContainerID.newBuilder()
                .setValue(UUID.randomUUID().toString())
                .setParent(task)
                .build();
        var launch = Call.LaunchNestedContainerSession.newBuilder()
                .setContainerId(id)
                .setCommand(command);
        terminal.ifPresent(size -> launch.setContainer(
                ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).setTtyInfo(size)));
        var call = Call.newBuilder()
                .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
                .setLaunchNestedContainerSession(launch);
        var connection = Http.open(api, user);
        connection.setReadTimeout(FOR_EVER);
        connection.setRequestProperty("Accept", RECORDIO);
        connection.setRequestProperty("Message-Accept", Http.PROTOBUF);
        post(connection, call.build().toByteArray());
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            var answer = Http.answer(connection);
            throw CommandFailure.failed("the agent at " + agent + " refused with status " + status + ": "
                    + (status == UNAUTHORIZED ? user.hint(api) : answer.text()));
        }
        return new TaskSession(api, user, id, connection);
    }

    private static void post(HttpURLConnection connection, byte[] body) throws IOException {
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", Http.PROTOBUF);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
    }

    /** Passes on what the process writes, until it has ended. */
    public void copyOutput(OutputStream out, OutputStream err) throws IOException {
        var decoder = new RecordIoDecoder(MAX_RECORD_BYTES);
        var chunk = new byte[CHUNK_BYTES];
        try (var in = connection.getInputStream()) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                for (var record : decoder.feed(chunk, 0, count)) {
                    var data = ProcessIO.parseFrom(record).getData();
                    var where = data.getType() == ProcessIO.Data.Type.STDERR ? err : out;
                    data.getData().writeTo(where);
                    where.flush();
                }
            }
        }
    }

    /**
     * How the process ended, as shells have it: 128 and the number for a signal. Waits for it.
     *
     * @return empty if nobody knows
     * @throws IOException if that was not told: it may run still, and can be asked for again
     */
    public Optional<Integer> exitStatus() throws IOException {
        var wait = Call.newBuilder()
                .setType(Call.Type.WAIT_NESTED_CONTAINER)
                .setWaitNestedContainer(Call.WaitNestedContainer.newBuilder().setContainerId(id));
        var asked = Http.open(api, user);
        asked.setReadTimeout(FOR_EVER);
        asked.setRequestProperty("Accept", Http.PROTOBUF);
        post(asked, wait.build().toByteArray());
        var answer = Http.answer(asked);
        if (!answer.ok()) {
            if (isForNow(answer.status())) {
                throw new IOException("status " + answer.status() + ": " + answer.text());
            }
            return Optional.empty();
        }
        var end = Response.parseFrom(answer.body()).getWaitNestedContainer();
        return end.hasExitStatus() ? Optional.of(shells(end.getExitStatus())) : Optional.empty();
    }

    private static boolean isForNow(int status) {
        return status >= HttpURLConnection.HTTP_INTERNAL_ERROR
                || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                || status == TOO_MANY;
    }

    static int shells(int status) {
        int signal = status & SIGNAL_MASK;
        return signal == 0 ? status >> STATUS_SHIFT & STATUS_MASK : SIGNALLED + signal;
    }

    /** Opens the way in. */
    public Input input() throws IOException {
        var way = Http.open(api, user);
        way.setReadTimeout(FOR_EVER);
        way.setRequestMethod("POST");
        way.setRequestProperty("Content-Type", RECORDIO);
        way.setRequestProperty("Message-Content-Type", Http.PROTOBUF);
        way.setDoOutput(true);
        way.setChunkedStreamingMode(CHUNK_BYTES);
        var input = new Input(way.getOutputStream());
        input.send(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .setContainerId(id));
        return input;
    }

    /** What the process hears. Safe for threads. */
    public static final class Input {
        private final OutputStream out;

        private Input(OutputStream out) {
            this.out = out;
        }

        private synchronized void send(Call.AttachContainerInput.Builder input) throws IOException {
            out.write(RecordIo.encode(Call.newBuilder()
                    .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                    .setAttachContainerInput(input)
                    .build()
                    .toByteArray()));
            out.flush();
        }

        private void send(ProcessIO.Builder io) throws IOException {
            send(Call.AttachContainerInput.newBuilder()
                    .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                    .setProcessIo(io));
        }

        /** Some bytes; none at all are the end. */
        public void write(byte[] bytes, int count) throws IOException {
            send(ProcessIO.newBuilder()
                    .setType(ProcessIO.Type.DATA)
                    .setData(ProcessIO.Data.newBuilder()
                            .setType(ProcessIO.Data.Type.STDIN)
                            .setData(ByteString.copyFrom(bytes, 0, count))));
        }

        /** The terminal here has another size now. */
        public void resize(TTYInfo terminal) throws IOException {
            send(ProcessIO.newBuilder()
                    .setType(ProcessIO.Type.CONTROL)
                    .setControl(ProcessIO.Control.newBuilder()
                            .setType(ProcessIO.Control.Type.TTY_INFO)
                            .setTtyInfo(terminal)));
        }
    }
}

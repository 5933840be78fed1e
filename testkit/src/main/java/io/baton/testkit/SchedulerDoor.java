package io.baton.testkit;

import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MalformedMessageException;
import io.baton.testkit.http.Connection;
import io.baton.testkit.http.Request;
import io.baton.v1.scheduler.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The scheduler API's HTTP side: its checks in their order, and what is to go wrong with which call. */
final class SchedulerDoor {
    private record Answer(int status, String text) {}

    private static final Answer TAKEN = new Answer(202, "");

    private final FakeMaster.Settings settings;
    private final FakeCluster cluster;
    private final CallLog log;
    private final Map<Call.Type, List<Fault>> faults = new EnumMap<>(Call.Type.class);
    private volatile boolean foreignStreamIds;
    private volatile int port;

    SchedulerDoor(FakeMaster.Settings settings, FakeCluster cluster, CallLog log) {
        this.settings = settings;
        this.cluster = cluster;
        this.log = log;
    }

    void port(int number) {
        port = number;
    }

    void onCall(Call.Type type, Fault fault) {
        synchronized (faults) {
            faults.computeIfAbsent(type, unused -> new ArrayList<>()).add(fault);
        }
    }

    void clearFaults() {
        synchronized (faults) {
            faults.clear();
        }
    }

    /** From now on no stream id of a call is the right one. */
    void foreignStreamIds() {
        foreignStreamIds = true;
    }

    void handle(Request request, Connection connection) throws IOException {
        var path = request.path().startsWith("/master/") ? request.path().substring(7) : request.path();
        if (path.equals("/redirect")) {
            connection.answer(307, "", "Location: //127.0.0.1:" + port);
        } else if (!path.equals("/api/v1/scheduler")) {
            connection.answer(404, "");
        } else if (!request.method().equals("POST")) {
            connection.answer(
                    405, "Expecting one of { 'POST' }, but received '" + request.method() + "'.", "Allow: POST");
        } else if (!authentic(request)) {
            connection.answer(401, "", "WWW-Authenticate: Basic realm=\"baton\"");
        } else {
            decode(request, connection);
        }
    }

    private boolean authentic(Request request) {
        if (settings.principal().isEmpty()) {
            return true;
        }
        var wanted = settings.principal() + ":" + settings.secret();
        return request.header("authorization")
                .equals("Basic " + Base64.getEncoder().encodeToString(wanted.getBytes(StandardCharsets.UTF_8)));
    }

    private void decode(Request request, Connection connection) throws IOException {
        var type = request.header("content-type");
        if (type.isEmpty()) {
            connection.answer(400, "Expecting 'Content-Type' to be present");
            return;
        }
        var encoding = Encoding.ofContentType(type);
        if (encoding.isEmpty()) {
            connection.answer(415, "Expecting 'Content-Type' of application/json or application/x-protobuf");
            return;
        }
        try {
            perform(
                    request,
                    connection,
                    encoding.get().parse(request.body(), Call.newBuilder()).build());
        } catch (MalformedMessageException e) {
            connection.answer(400, "Failed to parse body: " + e.getMessage());
        }
    }

    private void perform(Request request, Connection connection, Call call) throws IOException {
        var fault = next(call.getType());
        if (fault != null && fault.kind() != Fault.Kind.LOST_ANSWER) {
            misbehave(fault, request, connection, call);
        } else if (call.getType() == Call.Type.SUBSCRIBE) {
            subscribe(request, connection, call, fault != null);
        } else {
            var answer = checked(request, call);
            log.add(new ReceivedCall(call, request.headers(), fault == null ? answer.status : 0, answer.text));
            if (fault != null) {
                connection.close();
            } else {
                connection.answer(answer.status, answer.text);
            }
        }
    }

    private Fault next(Call.Type type) {
        synchronized (faults) {
            var list = faults.get(type);
            if (list == null || list.isEmpty()) {
                return null;
            }
            var first = list.remove(0);
            if (first.times() > 1) {
                list.add(0, first.times(first.times() - 1));
            }
            return first;
        }
    }

    private void misbehave(Fault fault, Request request, Connection connection, Call call) throws IOException {
        log.add(new ReceivedCall(call, request.headers(), fault.status(), fault.text()));
        switch (fault.kind()) {
            case STATUS -> {
                var header = fault.header().isEmpty() ? new String[0] : new String[] {fault.header()};
                connection.answer(fault.status(), fault.text(), header);
            }
            case SILENCE -> {
                // The next read waits for the client to give up.
            }
            default -> connection.close();
        }
    }

    /** @param lost whether the answer is: the framework is subscribed, and its scheduler never hears of it */
    private void subscribe(Request request, Connection connection, Call call, boolean lost) throws IOException {
        var refusal = refusal(request, call);
        var answer = refusal == null ? new Answer(200, "") : refusal;
        log.add(new ReceivedCall(call, request.headers(), lost ? 0 : answer.status, answer.text));
        if (refusal != null) {
            if (lost) {
                connection.close();
            } else {
                connection.answer(refusal.status, refusal.text);
            }
            return;
        }
        var accept = request.header("accept");
        var encoding = accept.contains("json") || !accept.contains("x-protobuf") ? Encoding.JSON : Encoding.PROTOBUF;
        var sink = new EventSink(UUID.randomUUID().toString(), encoding, connection);
        foreignStreamIds = false;
        var framework = cluster.subscribe(call.getSubscribe(), sink, port);
        try {
            if (!lost) {
                sink.run();
            }
        } finally {
            if (framework != null) {
                cluster.disconnected(framework, sink);
            }
            connection.close();
        }
    }

    private static Answer refusal(Request request, Call call) {
        if (!request.header("mesos-stream-id").isEmpty()) {
            return new Answer(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
        }
        if (!call.hasSubscribe()) {
            return invalid("Expecting 'subscribe' to be present");
        }
        if (!call.getFrameworkId()
                .getValue()
                .equals(call.getSubscribe().getFrameworkInfo().getId().getValue())) {
            return invalid("'framework_id' differs from 'subscribe.framework_info.id'");
        }
        return null;
    }

    private Answer checked(Request request, Call call) {
        if (!call.hasType() || call.getType() == Call.Type.UNKNOWN) {
            return invalid("Expecting 'type' to be present");
        }
        if (!call.hasFrameworkId()) {
            return invalid("Expecting 'framework_id' to be present");
        }
        if (call.getType() == Call.Type.UPDATE_FRAMEWORK
                && !call.getFrameworkId()
                        .equals(call.getUpdateFramework().getFrameworkInfo().getId())) {
            return invalid("'framework_id' differs from 'update_framework.framework_info.id'");
        }
        if (call.getType() == Call.Type.ACKNOWLEDGE
                && call.getAcknowledge().getUuid().size() != 16) {
            return invalid("Not a valid UUID");
        }
        var framework = cluster.framework(call.getFrameworkId().getValue());
        if (framework == null) {
            return new Answer(400, "Framework cannot be found");
        }
        var sink = framework.sink();
        if (sink == null) {
            return new Answer(403, "Framework is not subscribed");
        }
        var streamId = request.header("mesos-stream-id");
        if (streamId.isEmpty()) {
            return new Answer(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
        }
        if (foreignStreamIds || !streamId.equals(sink.streamId())) {
            return new Answer(
                    400,
                    "The stream ID '" + streamId + "' included in this request didn't match the stream ID"
                            + " currently associated with framework ID " + framework.id());
        }
        cluster.handle(framework, call);
        return call.getType() == Call.Type.UPDATE_FRAMEWORK ? new Answer(200, "") : TAKEN;
    }

    private static Answer invalid(String why) {
        return new Answer(400, "Failed to validate scheduler::Call: " + why);
    }
}

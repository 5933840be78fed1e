package io.baton.httpapi.measure;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.httpapi.MasterEdge;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.lang.management.ManagementFactory;

/**
 * What one UPDATE event on a stream costs the server, when the next is told only after the client has read so many, and
 * so with one write for each batch at the worst. Run by hand.
 *
 * <pre>arguments: events, batch, encoding</pre>
 */
public final class EventCost {
    private EventCost() {}

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        var encoding = arguments.length > 2 && arguments[2].equals("json") ? Encoding.JSON : Encoding.PROTOBUF;
        try (var edge = new MasterEdge();
                var client = edge.raw()) {
            client.call(
                            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}",
                            "Accept: " + encoding.contentType())
                    .answer();
            var subscribe = edge.expect(FrameworkProtocol.Subscribe.class);
            edge.accept(subscribe);
            client.chunk();
            client.chunk();
            var deliver = new StreamProtocol.Deliver(update());
            for (int round = 0; round < 4; round++) {
                var threads = ManagementFactory.getThreadMXBean();
                var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
                long before = process.getProcessCpuTime();
                long mine = threads.getCurrentThreadCpuTime();
                long started = System.nanoTime();
                for (int i = 0; i < events; i += batch) {
                    for (int n = 0; n < batch; n++) {
                        subscribe.stream().tell(deliver);
                    }
                    for (int n = 0; n < batch; n++) {
                        client.chunk();
                    }
                }
                long cpu = process.getProcessCpuTime() - before - (threads.getCurrentThreadCpuTime() - mine);
                System.out.printf(
                        "%s in batches of %d: %.1f us of server CPU each, %.0f events/s%n",
                        encoding, batch, cpu / 1e3 / events, events / ((System.nanoTime() - started) / 1e9));
            }
        }
    }

    private static Event update() {
        var status = TaskStatus.newBuilder().setState(TaskState.TASK_RUNNING).setTimestamp(1.7e9);
        status.getTaskIdBuilder().setValue("task-000001");
        status.getAgentIdBuilder().setValue("11111111-2222-3333-4444-555555555555-S0");
        status.setUuid(com.google.protobuf.ByteString.copyFrom(new byte[16]));
        var event = Event.newBuilder().setType(Event.Type.UPDATE);
        event.getUpdateBuilder().setStatus(status);
        return event.build();
    }
}

package io.baton.httpapi.stream;

import io.baton.core.protocol.ExecutorProtocol;
import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import io.baton.v1.executor.Call;
import io.baton.v1.executor.Event;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.runtime.BoxedUnit;

/**
 * The source of one executor's events, each element one record. It subscribes when it starts, that is, when the
 * executor's answer has begun, and tells the agent when it ends.
 */
public final class ExecutorStream extends GraphStage<SourceShape<ByteString>> {
    /** Also the wait for the first one: older executors do not know it and must not meet it early (Mesos). */
    static final Duration HEARTBEAT_INTERVAL = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorStream.class);
    private static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final String TIMER = "heartbeat";

    private final Outlet<ByteString> out = Outlet.create("executor-events.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final Call call;
    private final Encoding encoding;
    private final Connection connection;
    private final Consumer<ExecutorProtocol> agent;
    private final Setup setup;

    /** What all of them have in common. */
    public record Setup(HttpConfig.Streams limits, HttpMetrics metrics) {}

    /** @param call the subscription */
    public ExecutorStream(
            Call call, Encoding encoding, Connection connection, Consumer<ExecutorProtocol> agent, Setup setup) {
        this.call = call;
        this.encoding = encoding;
        this.connection = connection;
        this.agent = agent;
        this.setup = setup;
    }

    @Override
    public SourceShape<ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends RecordLogic {
        private final String id = UUID.randomUUID().toString();

        Logic() {
            super(shape, "executor", ByteString.emptyByteString(), setup.limits(), connection, setup.metrics());
        }

        @Override
        public void preStart() {
            super.preStart();
            var self = getStageActor(this::receive).ref();
            scheduleWithFixedDelay(TIMER, HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL);
            agent.accept(new ExecutorProtocol.Subscribe(call, id, Adapter.toTyped(self)));
        }

        @Override
        public void postStop() {
            agent.accept(new ExecutorProtocol.Disconnected(call, id));
            super.postStop();
        }

        private BoxedUnit receive(Tuple2<ActorRef, Object> envelope) {
            if (envelope._2() instanceof ExecutorProtocol.Stream.Deliver deliver) {
                write(record(deliver.event()));
            } else if (envelope._2() instanceof ExecutorProtocol.Stream.Complete) {
                end();
            }
            return BoxedUnit.UNIT;
        }

        @Override
        public void onTimer(Object timer) {
            write(record(HEARTBEAT));
        }

        private ByteString record(Event event) {
            return ByteString.fromArrayUnsafe(RecordIo.encode(encoding.write(event)));
        }

        @Override
        void logDrop(String reason) {
            LOG.warn(
                    "executor stream dropped executorId={} frameworkId={} reason={}",
                    call.getExecutorId().getValue(),
                    call.getFrameworkId().getValue(),
                    reason);
        }
    }
}

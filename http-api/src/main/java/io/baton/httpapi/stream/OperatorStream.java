package io.baton.httpapi.stream;

import io.baton.httpapi.server.Connection;
import io.baton.httpapi.server.HttpConfig;
import io.baton.httpapi.server.HttpMetrics;
import io.baton.httpapi.stream.OperatorEvents.ToStream;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.master.Event;
import java.time.Duration;
import java.util.List;
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
 * The source of one operator's events: SUBSCRIBED, HEARTBEAT, then whatever happens. Its elements are chunks of HTTP that
 * are made once for all streams, to be sent as they are.
 */
public final class OperatorStream extends GraphStage<SourceShape<ByteString>> {
    /** As the metrics call these streams. */
    public static final String KIND = "operator";

    private static final Logger LOG = LoggerFactory.getLogger(OperatorStream.class);
    private static final SharedEvents HEARTBEAT = new SharedEvents(
            List.of(Event.newBuilder().setType(Event.Type.HEARTBEAT).build()));
    private static final String HEARTBEAT_TIMER = "heartbeat";
    private static final String SUBSCRIBE_TIMER = "subscribe";

    private final Outlet<ByteString> out = Outlet.create("operator-events.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final Encoding encoding;
    private final Connection connection;
    private final Setup setup;

    /**
     * What all of them have in common.
     *
     * @param subscribeTimeout how long the read model may take for its picture
     */
    public record Setup(
            org.apache.pekko.actor.typed.ActorRef<OperatorEvents.Message> events,
            HttpConfig.Streams limits,
            Duration subscribeTimeout,
            HttpMetrics metrics) {}

    public OperatorStream(Encoding encoding, Connection connection, Setup setup) {
        this.encoding = encoding;
        this.connection = connection;
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
        private org.apache.pekko.actor.typed.ActorRef<ToStream> self;
        private boolean begun;

        Logic() {
            super(shape, KIND, SharedEvents.END, setup.limits(), connection, setup.metrics());
        }

        @Override
        public void preStart() {
            super.preStart();
            self = Adapter.toTyped(getStageActor(this::receive).ref());
            scheduleOnce(SUBSCRIBE_TIMER, setup.subscribeTimeout());
            setup.events().tell(new OperatorEvents.Join(self));
        }

        @Override
        public void postStop() {
            setup.events().tell(new OperatorEvents.Leave(self));
            super.postStop();
        }

        private BoxedUnit receive(Tuple2<ActorRef, Object> envelope) {
            var message = envelope._2();
            if (message instanceof OperatorEvents.News news) {
                write(news.events());
            } else if (message instanceof OperatorEvents.Begin begin) {
                begin(begin.subscribed());
            } else if (message instanceof OperatorEvents.MakeRoom) {
                drop("too-many");
                end();
            }
            return BoxedUnit.UNIT;
        }

        private void write(SharedEvents events) {
            write(events.in(encoding), events.count());
        }

        private void begin(SharedEvents subscribed) {
            begun = true;
            cancelTimer(SUBSCRIBE_TIMER);
            write(subscribed);
            write(HEARTBEAT);
            scheduleWithFixedDelay(
                    HEARTBEAT_TIMER, setup.limits().heartbeat(), setup.limits().heartbeat());
        }

        @Override
        public void onTimer(Object timer) {
            if (timer.equals(HEARTBEAT_TIMER)) {
                write(HEARTBEAT);
            } else if (!begun) {
                drop("subscribe-timeout");
                end();
            }
        }

        @Override
        void logDrop(String reason) {
            LOG.warn("operator stream dropped remote={} reason={}", connection.remote(), reason);
        }
    }
}

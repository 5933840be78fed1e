package io.baton.httpapi.stream;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.StreamProtocol;
import io.baton.httpapi.stream.LiveStreams.LiveStream;
import io.baton.protocol.recordio.RecordIo;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Terminated;
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
 * The source of one scheduler's events, each element one record. It lives in the stages of the connection: what it is
 * told is encoded there and written with the next write, without another actor in between.
 *
 * <p>It subscribes when it starts, that is, when the client's answer has begun, again while it hears nothing (the entity
 * may just have died; one that lives knows the stream and does nothing) and when the entity moves before it has let the
 * scheduler in, and tells the entity when it ends, for whatever reason.
 */
public final class EventStream extends GraphStage<SourceShape<ByteString>> {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final String HEARTBEAT_TIMER = "heartbeat";
    private static final String SUBSCRIBE_TIMER = "subscribe";
    private static final String AGAIN_TIMER = "again";

    /** It subscribes again after so long, then after twice that time, then each time after the most, until the subscribe timeout. */
    private static final Duration AGAIN = Duration.ofMillis(200);

    private static final Duration MOST_AGAIN = Duration.ofMillis(500);

    /** So much of what may wait for a slow reader are updates at once: as many may be under way, and there are other events. */
    private static final int SHARE_OF_UPDATES = 4;

    private final Outlet<ByteString> out = Outlet.create("events.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final Subscriber subscriber;
    private final StreamSetup setup;

    public EventStream(Subscriber subscriber, StreamSetup setup) {
        this.subscriber = subscriber;
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
        private ByteString heartbeat;
        private final int room = Math.max(1, setup.limits().bufferedEvents() / SHARE_OF_UPDATES);
        private LiveStream live;
        private Optional<ActorRef> owner = Optional.empty();
        private Duration again = AGAIN;
        private boolean subscribed;
        private boolean closed;
        private long updates;
        private long told;

        Logic() {
            super(
                    shape,
                    "scheduler",
                    ByteString.emptyByteString(),
                    setup.limits(),
                    subscriber.connection(),
                    setup.metrics());
        }

        @Override
        public void preStart() {
            super.preStart();
            var self = getStageActor(this::receive).ref();
            live = new LiveStream(subscriber.streamId(), subscriber.principal(), Adapter.toTyped(self));
            heartbeat = record(HEARTBEAT);
            setup.metrics().subscriptions().inc();
            scheduleOnce(SUBSCRIBE_TIMER, setup.subscribeTimeout());
            subscribe();
        }

        private void subscribe() {
            var self = stageActor().ref();
            subscriber.entity().tell(subscriber.subscribe().apply(Adapter.toTyped(self)));
            scheduleOnce(AGAIN_TIMER, again);
            again = again.compareTo(MOST_AGAIN.dividedBy(2)) < 0 ? again.multipliedBy(2) : MOST_AGAIN;
        }

        @Override
        public void postStop() {
            closed(subscriber.connection().closing());
            super.postStop();
        }

        /** From now on calls on this stream are for the entity to answer, which hears of it. */
        private void closed(boolean byMaster) {
            if (!closed) {
                closed = true;
                if (subscriber.connection().closing()) {
                    setup.live().ended(subscriber.streamId());
                }
                setup.live().remove(subscriber.framework(), live);
                subscriber.entity().tell(new FrameworkProtocol.Disconnected(subscriber.streamId(), byMaster));
            }
        }

        private BoxedUnit receive(Tuple2<ActorRef, Object> envelope) {
            var message = envelope._2();
            if (message instanceof StreamProtocol.Deliver deliver) {
                deliver(deliver.event());
            } else if (message instanceof StreamProtocol.Owner taker) {
                own(Adapter.toClassic(taker.entity()));
            } else if (message instanceof StreamProtocol.Moved moved) {
                gone(Adapter.toClassic(moved.entity()));
            } else if (message instanceof Terminated terminated) {
                gone(terminated.getActor());
            } else if (message instanceof StreamProtocol.Complete) {
                end();
            } else if (message instanceof CallAnswer answer && setup.showsDeadStream(answer)) {
                drop("entity-refused");
                end();
            }
            return BoxedUnit.UNIT;
        }

        private void own(ActorRef entity) {
            owner.filter(before -> !before.equals(entity)).ifPresent(stageActor()::unwatch);
            owner = Optional.of(entity);
            stageActor().watch(entity);
        }

        /**
         * The next entity does not know the scheduler until it subscribes anew, unless that has taken it already. For one
         * that has heard nothing yet this is done here.
         */
        private void gone(ActorRef entity) {
            if (owner.filter(taker -> !taker.equals(entity)).isPresent()) {
                return;
            }
            if (subscribed) {
                setup.live().ended(subscriber.streamId());
                drop("entity-moved");
                end();
            } else {
                owner.ifPresent(stageActor()::unwatch);
                owner = Optional.empty();
                again = AGAIN;
                subscribe();
            }
        }

        private void deliver(Event event) {
            if (event.getType() != Event.Type.SUBSCRIBED) {
                updates += event.getType() == Event.Type.UPDATE ? 1 : 0;
                write(record(event));
                return;
            }
            subscribed = true;
            cancelTimer(SUBSCRIBE_TIMER);
            cancelTimer(AGAIN_TIMER);
            setup.live().add(subscriber.framework(), live);
            write(record(setup.completed(event)));
            beat();
            tellRoom();
            scheduleWithFixedDelay(
                    HEARTBEAT_TIMER, setup.limits().heartbeat(), setup.limits().heartbeat());
        }

        @Override
        public void onTimer(Object timer) {
            if (timer.equals(HEARTBEAT_TIMER)) {
                if (isEmpty() && updates > 0) {
                    tellRoom(); // What was told before may have been lost between masters.
                }
                beat();
            } else if (timer.equals(AGAIN_TIMER)) {
                subscribe();
            } else if (!subscribed) {
                drop("subscribe-timeout");
                end();
            }
        }

        @Override
        void emptied() {
            if (updates - told >= Math.max(1, room / 2)) {
                tellRoom();
            }
        }

        private void beat() {
            setup.heartbeat().accept(subscriber.framework());
            write(heartbeat);
        }

        private void tellRoom() {
            told = updates;
            subscriber.entity().tell(new FrameworkProtocol.HasRoom(subscriber.streamId(), room, updates + room));
        }

        private ByteString record(Event event) {
            return ByteString.fromArrayUnsafe(
                    RecordIo.encode(subscriber.encoding().write(event)));
        }

        /** Nor does a scheduler leave that is cut off. */
        @Override
        void drop(String reason) {
            closed(true);
            super.drop(reason);
        }

        /** Only masters end a stream in this way. */
        @Override
        void end() {
            closed(true);
            super.end();
        }

        @Override
        void logDrop(String reason) {
            LOG.warn(
                    "subscriber dropped frameworkId={} streamId={} reason={}",
                    subscriber.framework(),
                    subscriber.streamId(),
                    reason);
        }
    }
}

package io.baton.resourcemanager.agent;

import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Lets through what a link brings as far as a newcomer may, and everything once its agent has registered. */
final class RegistrationGate extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** How often one that has to wait asks again. */
    private static final Duration AGAIN = Duration.ofMillis(10);

    private final Inlet<ByteString> in = Inlet.create("registration.in");
    private final Outlet<ByteString> out = Outlet.create("registration.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final Newcomers.Newcomer newcomer;

    RegistrationGate(Newcomers.Newcomer newcomer) {
        this.newcomer = newcomer;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private ByteString waiting;
        private boolean ended;

        Logic() {
            super(shape);
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    waiting = grab(in);
                    pass();
                }

                @Override
                public void onUpstreamFinish() {
                    ended = true;
                    if (waiting == null) {
                        completeStage();
                    }
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(in);
                }
            });
        }

        private void pass() {
            if (!newcomer.takes(waiting.size())) {
                scheduleOnce(AGAIN, AGAIN);
                return;
            }
            var passed = waiting;
            waiting = null;
            push(out, passed);
            if (ended) {
                completeStage();
            }
        }

        @Override
        public void onTimer(Object timer) {
            pass();
        }

        @Override
        public void postStop() {
            newcomer.over();
        }
    }
}

package io.baton.httpapi.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Answers of many megabytes, handed to the socket in parts, each when the client has taken the one before, and all of them
 * together at a pace: so that ten readers of a large cluster do not take the cores from the calls beside them.
 */
final class LargeBodies extends GraphStage<SourceShape<ByteString>> {
    /** Of a part; shorter answers go out as a whole. */
    private static final int PART_BYTES = 64 * 1024;

    /** All large answers of this process together: a third of what its cores can send, seen on two of them. */
    private static final long BYTES_PER_SECOND =
            (32L << 20) * Runtime.getRuntime().availableProcessors();

    /** After a pause. */
    private static final long BYTES_AT_ONCE = 1L << 20;

    private static final Pace PACE = new Pace(BYTES_PER_SECOND, BYTES_AT_ONCE, System.nanoTime());

    /** The timers of actors go by ten milliseconds, in which parts would gather to crowds. */
    private static final ScheduledExecutorService TURNS = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "large-bodies");
        thread.setDaemon(true);
        return thread;
    });

    private final Outlet<ByteString> out = Outlet.create("large-body.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final ByteString whole;
    private final Runnable whenEnded;

    private LargeBodies(ByteString whole, Runnable whenEnded) {
        this.whole = whole;
        this.whenEnded = whenEnded;
    }

    static boolean isLarge(HttpResponse response) {
        return response.entity() instanceof HttpEntity.Strict whole
                && whole.getData().size() > PART_BYTES;
    }

    /**
     * The same answer in parts.
     *
     * @param response a large one
     * @param whenEnded run when the last part was taken, or the client has left
     */
    static HttpResponse inParts(HttpResponse response, Runnable whenEnded) {
        var entity = (HttpEntity.Strict) response.entity();
        var parts = Source.fromGraph(new LargeBodies(entity.getData(), whenEnded));
        return response.withEntity(
                HttpEntities.create(entity.getContentType(), entity.getData().size(), parts));
    }

    @Override
    public SourceShape<ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {
        private final AsyncCallback<Done> turn = createAsyncCallback(done -> next());
        private ByteString rest = whole;

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    long wait = PACE.take(Math.min(PART_BYTES, rest.size()), System.nanoTime());
                    if (wait > 0) {
                        TURNS.schedule(() -> turn.invoke(Done.getInstance()), wait, TimeUnit.NANOSECONDS);
                    } else {
                        next();
                    }
                }
            });
        }

        private void next() {
            var part = rest.take(PART_BYTES);
            rest = rest.drop(PART_BYTES);
            push(out, part);
            if (rest.isEmpty()) {
                completeStage();
            }
        }

        @Override
        public void postStop() {
            whenEnded.run();
        }
    }
}

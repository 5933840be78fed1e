package io.baton.httpapi.files;

import io.baton.httpapi.files.FileSource.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * The bytes of a file: up to an end that is known, or as it grows. A file that becomes shorter is read again from its
 * beginning, and one that is replaced by another is followed by that one. Reads block: to be run where they may.
 */
final class FileStream extends GraphStage<SourceShape<ByteString>> {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final String POLL = "poll";

    /**
     * Which bytes.
     *
     * @param path of the file, also to look whether it has been replaced
     * @param until where to end; ignored when following
     * @param follow for how long to wait for more; zero for not at all
     */
    record Extent(String path, long from, long until, Duration follow, Duration poll) {}

    private final Outlet<ByteString> out = Outlet.create("file.out");
    private final SourceShape<ByteString> shape = SourceShape.of(out);
    private final FileSource files;
    private final OpenFile file;
    private final Extent extent;
    private final Runnable whenStarted;
    private final Runnable whenEnded;

    /**
     * @param file open already; closed at the end of the stream
     * @param whenStarted run when the client takes the stream, which may be never; then {@code whenEnded} is due
     */
    FileStream(FileSource files, OpenFile file, Extent extent, Runnable whenStarted, Runnable whenEnded) {
        this.files = files;
        this.file = file;
        this.extent = extent;
        this.whenStarted = whenStarted;
        this.whenEnded = whenEnded;
    }

    @Override
    public SourceShape<ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private final boolean following = !extent.follow().isZero();
        private final long deadline = System.nanoTime() + extent.follow().toNanos();
        private OpenFile current = file;
        private long position = extent.from();

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() throws IOException {
                    read();
                }
            });
        }

        @Override
        public void preStart() {
            whenStarted.run();
        }

        @Override
        public void onTimer(Object timer) throws IOException, NoFileException {
            if (System.nanoTime() - deadline >= 0) {
                completeStage();
                return;
            }
            if (current.channel().size() < position) {
                position = 0;
            } else if (current.channel().size() == position) {
                lookForAnother();
            }
            read();
        }

        private void read() throws IOException {
            long most = following ? CHUNK_BYTES : Math.min(CHUNK_BYTES, extent.until() - position);
            if (most <= 0) {
                completeStage();
                return;
            }
            var buffer = ByteBuffer.allocate((int) most);
            current.channel().position(position);
            int count = current.channel().read(buffer);
            if (count > 0) {
                position += count;
                push(out, ByteString.fromArrayUnsafe(buffer.array(), 0, count));
            } else if (following) {
                scheduleOnce(POLL, extent.poll());
            } else {
                completeStage();
            }
        }

        private void lookForAnother() throws IOException {
            try {
                var now = files.open(extent.path());
                if (Objects.equals(now.key(), current.key())) {
                    now.close();
                } else {
                    current.close();
                    current = now;
                    position = 0;
                }
            } catch (NoFileException e) {
                return; // between two files, or too many are opened just now; the next look will find one
            }
        }

        @Override
        public void postStop() throws IOException {
            whenEnded.run();
            current.close();
        }
    }
}

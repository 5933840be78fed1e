package io.baton.httpapi.agent;

import com.google.protobuf.ByteString;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import io.baton.v1.agent.ProcessIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * What a container writes to stdout and stderr, from its beginning to its end, as records of ProcessIO, and why the agent
 * has ended it, if it has. No more is read than the client takes. Blocks on the disk.
 */
final class ProcessOutput extends GraphStage<SourceShape<org.apache.pekko.util.ByteString>> {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final String POLL = "poll";

    private final Outlet<org.apache.pekko.util.ByteString> out = Outlet.create("process-output.out");
    private final SourceShape<org.apache.pekko.util.ByteString> shape = SourceShape.of(out);
    private final Attachment container;
    private final Encoding encoding;
    private final Duration heartbeat;
    private final Runnable whenEnded;

    /**
     * @param heartbeat how often the client hears that the stream is there still
     * @param whenEnded run once, when the output has ended or the client is gone
     */
    ProcessOutput(Attachment container, Encoding encoding, Duration heartbeat, Runnable whenEnded) {
        this.container = container;
        this.encoding = encoding;
        this.heartbeat = heartbeat;
        this.whenEnded = whenEnded;
    }

    @Override
    public SourceShape<org.apache.pekko.util.ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private final Map<ProcessIO.Data.Type, FileChannel> files = new EnumMap<>(ProcessIO.Data.Type.class);

        private long lastBeat = System.nanoTime();
        private boolean explained;

        Logic() {
            super(shape);
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() throws IOException {
                    next();
                }
            });
        }

        @Override
        public void onTimer(Object timer) throws IOException {
            next();
        }

        private void next() throws IOException {
            boolean last = container.ended().isDone();
            if (!read(ProcessIO.Data.Type.STDOUT, "stdout") && !read(ProcessIO.Data.Type.STDERR, "stderr")) {
                if (last) {
                    end();
                } else if (System.nanoTime() - lastBeat >= heartbeat.toNanos()) {
                    beat();
                } else {
                    scheduleOnce(POLL, POLL_INTERVAL);
                }
            }
        }

        private void end() {
            var end = container.ended().join();
            if (explained || end == null || end.why().isEmpty()) {
                completeStage();
                return;
            }
            explained = true;
            push(ProcessIO.Data.Type.STDERR, ByteString.copyFromUtf8(end.why().get() + "\n"));
        }

        private void beat() {
            lastBeat = System.nanoTime();
            var control = ProcessIO.Control.newBuilder().setType(ProcessIO.Control.Type.HEARTBEAT);
            control.getHeartbeatBuilder().getIntervalBuilder().setNanoseconds(heartbeat.toNanos());
            push(ProcessIO.newBuilder()
                    .setType(ProcessIO.Type.CONTROL)
                    .setControl(control)
                    .build());
        }

        private void push(ProcessIO record) {
            push(out, org.apache.pekko.util.ByteString.fromArrayUnsafe(RecordIo.encode(encoding.write(record))));
        }

        private boolean read(ProcessIO.Data.Type kind, String name) throws IOException {
            var buffer = ByteBuffer.allocate(CHUNK_BYTES);
            if (!open(kind, container.directory().resolve(name))
                    || files.get(kind).read(buffer) <= 0) {
                return false;
            }
            push(kind, ByteString.copyFrom(buffer.array(), 0, buffer.position()));
            return true;
        }

        private void push(ProcessIO.Data.Type kind, ByteString data) {
            push(ProcessIO.newBuilder()
                    .setType(ProcessIO.Type.DATA)
                    .setData(ProcessIO.Data.newBuilder().setType(kind).setData(data))
                    .build());
        }

        /**
         * The files appear a moment after the launch. What the container has put in their place is none: to open a pipe
         * takes until somebody writes to it.
         */
        private boolean open(ProcessIO.Data.Type kind, Path file) throws IOException {
            if (!files.containsKey(kind)) {
                try {
                    var before = facts(file);
                    if (!before.isRegularFile()) {
                        return false;
                    }
                    var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                    boolean same = false;
                    try {
                        same = Objects.equals(before.fileKey(), facts(file).fileKey());
                    } finally {
                        if (!same) {
                            channel.close();
                        }
                    }
                    if (!same) {
                        return false;
                    }
                    files.put(kind, channel);
                } catch (NoSuchFileException notYet) {
                    return false;
                }
            }
            return true;
        }

        private static BasicFileAttributes facts(Path file) throws IOException {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public void postStop() throws IOException {
            whenEnded.run();
            for (var file : files.values()) {
                file.close();
            }
        }
    }
}

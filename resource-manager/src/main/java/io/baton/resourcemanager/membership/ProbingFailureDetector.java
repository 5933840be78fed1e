package io.baton.resourcemanager.membership;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.FailureDetector;
import org.apache.pekko.remote.FailureDetectorWithAddress;
import org.apache.pekko.remote.PhiAccrualFailureDetector;

/**
 * Whether another master can be reached: by its heartbeats, as Pekko's detector of the same settings sees it, and, when
 * they are late, by whether its port still listens. The port of a process that has died refuses at once; a master that
 * is slow, or far behind a cut cable, does not, and has the whole pause that the settings grant.
 *
 * <p>Pekko makes one for each other master, and asks it on each turn of {@code unreachable-nodes-reaper-interval}.
 * Setting {@code probe-after}: so late a heartbeat makes it look.
 */
public final class ProbingFailureDetector implements FailureDetector, FailureDetectorWithAddress {
    /** A probe that is not answered by then is given up, and the next one made. */
    static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

    private static final long NEVER = 0;

    private final PhiAccrualFailureDetector heartbeats;
    private final long probeAfter;
    private final AtomicLong beats = new AtomicLong();
    private volatile long lastBeat = NEVER;
    private volatile InetSocketAddress address;
    private volatile Probe probe;

    /** As Pekko makes it. */
    public ProbingFailureDetector(Config settings, EventStream events) {
        this.heartbeats = new PhiAccrualFailureDetector(settings, events);
        this.probeAfter = settings.getDuration("probe-after").toNanos();
    }

    @Override
    public void setAddress(String node) {
        heartbeats.setAddress(node);
        var parsed = AddressFromURIString.parse(node);
        if (parsed.getHost().isPresent() && parsed.getPort().isPresent()) {
            address = new InetSocketAddress(
                    parsed.getHost().get(), (int) parsed.getPort().get());
        }
    }

    @Override
    public boolean isMonitoring() {
        return heartbeats.isMonitoring();
    }

    @Override
    public void heartbeat() {
        heartbeats.heartbeat();
        beats.incrementAndGet();
        lastBeat = System.nanoTime();
    }

    @Override
    public boolean isAvailable() {
        return heartbeats.isAvailable() && !isRefused();
    }

    private synchronized boolean isRefused() {
        long now = System.nanoTime();
        if (address == null || lastBeat == NEVER || now - lastBeat < probeAfter) {
            return false;
        }
        var last = probe;
        if (last == null || last.ended || now - last.begun > PROBE_PATIENCE.toNanos()) {
            if (last != null) {
                last.close();
            }
            probe = Probe.begin(address, beats.get(), now);
        }
        return last != null && last.refused && last.beat == beats.get();
    }

    /** One attempt to connect. */
    private static final class Probe implements CompletionHandler<Void, Void> {
        private final long beat;
        private final long begun;
        private AsynchronousSocketChannel channel;
        private volatile boolean refused;
        private volatile boolean ended;

        private Probe(long beat, long begun) {
            this.beat = beat;
            this.begun = begun;
        }

        /** @param beat the number of heartbeats that had come: a later one says more than this probe */
        static Probe begin(InetSocketAddress address, long beat, long now) {
            var probe = new Probe(beat, now);
            try {
                probe.channel = AsynchronousSocketChannel.open();
                probe.channel.connect(address, null, probe);
            } catch (IOException | RuntimeException e) {
                probe.failed(e, null);
            }
            return probe;
        }

        @Override
        public void completed(Void done, Void nothing) {
            close();
            ended = true;
        }

        @Override
        public void failed(Throwable why, Void nothing) {
            refused = why instanceof ConnectException
                    && String.valueOf(why.getMessage()).contains("refused");
            close();
            ended = true;
        }

        void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                ended = true; // There is nothing else to close.
            }
        }
    }
}

package io.baton.distribution.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.baton.core.config.FreePorts;
import io.baton.distribution.config.Configuration;
import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.v1.Offer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Three masters and an agent in one JVM, as in a rolling restart. */
@Timeout(240)
class StoppingMasterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final Queue<String> overdue = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            var said = event.getFormattedMessage();
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                    && said.contains("timed out")
                    && (said.contains("Coordinated shutdown phase") || said.contains("shard region"))) {
                overdue.add(said);
            }
        }
    };

    /** Wants offers, and takes none. */
    private static final class Declining implements Scheduler {
        private final AtomicInteger offers = new AtomicInteger();

        @Override
        public void resourceOffers(Framework framework, List<Offer> given) {
            offers.addAndGet(given.size());
            framework.decline(given.stream().map(Offer::getId).toList(), Duration.ofMillis(100));
        }
    }

    /**
     * The first that was there has the allocator and places the shards of all. Nothing of its stop waits until its time is over,
     * which Pekko and its regions would say.
     */
    @Test
    void theOldestMasterStopsInGoodOrderAndOffersGoOn() throws Exception {
        var ports = FreePorts.some(3);
        var starting = ports.stream().map(port -> started(port, ports)).toList();
        var masters = new ArrayList<Started<Master>>();
        try {
            starting.forEach(one -> masters.add(one.join()));
            var urls = masters.stream()
                    .map(master -> "http://" + master.node().address().http())
                    .toList();
            var scheduler = new Declining();
            try (var agent = AgentNode.start(agent(urls), warning -> {});
                    var framework = Framework.builder()
                            .masters(urls)
                            .name("declining")
                            .failoverTimeout(Duration.ofMinutes(1))
                            .start(scheduler)) {
                assertThat(agent.node().address()).isNotEmpty();
                framework.awaitSubscribed(PATIENCE);
                awaitOffers(scheduler);

                listening(true);
                masters.get(0).close();
                listening(false);

                assertThat(overdue).isEmpty();
                awaitOffers(scheduler);
            }
        } finally {
            masters.forEach(Started::close);
        }
    }

    private static void awaitOffers(Declining scheduler) {
        int before = scheduler.offers.get();
        Awaitility.await().atMost(PATIENCE).until(() -> scheduler.offers.get() > before);
    }

    private static CompletableFuture<Started<Master>> started(int port, List<Integer> ports) {
        var out = new CompletableFuture<Started<Master>>();
        new Thread(
                        () -> {
                            try {
                                out.complete(Master.start(master(port, ports)));
                            } catch (RuntimeException e) {
                                out.completeExceptionally(e);
                            }
                        },
                        "master-" + port)
                .start();
        return out;
    }

    private static Configuration master(int port, List<Integer> ports) {
        return Configuration.load(
                Optional.empty(),
                Map.of(
                        "baton.http.host",
                        "127.0.0.1",
                        "baton.http.port",
                        0,
                        "baton.node.link-port",
                        0,
                        "baton.node.cluster-port",
                        port,
                        "baton.node.seeds",
                        ports.stream().map(seed -> "127.0.0.1:" + seed).toList()));
    }

    private Configuration agent(List<String> masters) {
        return SmallAgent.settings(
                masters.stream().map(url -> url.substring("http://".length())).toList(), 0, directory);
    }

    private void listening(boolean on) {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        if (on) {
            appender.start();
            root.addAppender(appender);
        } else {
            root.detachAppender(appender);
        }
    }
}

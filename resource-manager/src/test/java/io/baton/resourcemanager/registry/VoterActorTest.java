package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import io.baton.core.config.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoterActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create(
            ConfigFactory.parseString("pekko.actor { provider = local, testkit.typed.filter-leeway = 90s }")
                    .withFallback(ConfigFactory.load()));
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CompletableFuture<Replica> started = new CompletableFuture<>();
    private final CompletableFuture<Replica> ready = new CompletableFuture<>();

    @TempDir
    private Path directory;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private ActorRef<VoterProtocol> actor(Masters.Node node) {
        return KIT.spawn(
                VoterActor.create(new VoterActor.Setup(
                        node.files,
                        node.voter,
                        Masters.CONFIG.at("127.0.0.1", node.port()),
                        node,
                        () -> true,
                        3,
                        started,
                        ready)),
                DispatcherSelector.blocking());
    }

    private static <T> T soon(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** With each tick it introduces itself to those it knows; whoever it does not know yet hears of none before. */
    private static void awaitTicks(int ticks) {
        TestProbe<VoterProtocol> other = KIT.createTestProbe(VoterProtocol.class);
        KIT.system().receptionist().tell(Receptionist.register(VoterActor.KEY, other.ref()));
        for (int i = 0; i < ticks; i++) {
            other.expectMessageClass(VoterProtocol.Introduce.class, PATIENCE);
        }
    }

    @Test
    void aStrangerDuringAnElectionEndsNobodyWhoIsAtHome() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c")) {
            masters.stop("a");
            var actor = actor(masters.nodes.get("a"));
            var replica = soon(ready);
            TestProbe<VoterProtocol> stranger = KIT.createTestProbe(VoterProtocol.class);
            KIT.system().receptionist().tell(Receptionist.register(VoterActor.KEY, stranger.ref()));
            stranger.expectMessageClass(VoterProtocol.Introduce.class, PATIENCE);
            actor.tell(new VoterProtocol.Introduce(new Voter("x-12345678", "h:1"), "another-group", stranger.ref()));
            masters.stop("b");
            masters.stop("c");
            await().atMost(PATIENCE).until(() -> replica.leader().isEmpty());
            awaitTicks(4);

            masters.restart("b");
            masters.restart("c");

            await().atMost(PATIENCE)
                    .until(() -> Masters.await(
                                    replica.propose(Masters.value("k", "v")).toCompletableFuture())
                            instanceof Answer.Committed);
            assertThat(masters.nodes.get("a").broken).isNotDone();
            KIT.stop(actor, PATIENCE);
        }
    }

    /** Where it failed nobody else says so: the one that is not let in only waits. */
    @Test
    void thatOneCannotBeLetInIsSaidWithTheReason() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.stop("a");
            var actor = actor(masters.nodes.get("a"));
            var replica = soon(started);
            await().atMost(PATIENCE).until(() -> replica.leader().isPresent());
            var nowhere =
                    new Voter("b-12345678", "127.0.0.1:" + FreePorts.some(1).get(0));

            LoggingTestKit.warn(
                            nowhere.id() + " at " + nowhere.address() + " is not let in as a voter of the registry: ")
                    .withLoggerName(VoterActor.class.getName())
                    .expect(KIT.system(), () -> {
                        actor.tell(new VoterProtocol.AddMe(
                                nowhere,
                                KIT.createTestProbe(VoterProtocol.class).ref()));
                        return null;
                    });
            KIT.stop(actor, PATIENCE);
        }
    }

    @Test
    void oneMoreThanAClusterMayHaveIsRefusedThoughItWasLetIn() throws IOException {
        try (var masters = Masters.of(directory, "a", "b", "c", "d", "e")) {
            masters.stop("a");
            var actor = actor(masters.nodes.get("a"));
            var replica = soon(started);
            await().atMost(PATIENCE)
                    .until(() -> replica.leader().filter(l -> !l.isEmpty()).isPresent());
            assertThat(Masters.await(
                            replica.propose(Admissions.admit("f").setAt(1).build())
                                    .toCompletableFuture()))
                    .isInstanceOf(Answer.Committed.class);
            TestProbe<VoterProtocol> sixth = KIT.createTestProbe(VoterProtocol.class);

            actor.tell(new VoterProtocol.AddMe(new Voter("f-12345678", "127.0.0.1:1"), sixth.ref()));

            assertThat(sixth.expectMessageClass(VoterProtocol.Refused.class, PATIENCE)
                            .why())
                    .contains("the registry has 5 masters, and a cluster has at most 5");
            KIT.stop(actor, PATIENCE);
        }
    }

    @Test
    void whoCannotBecomeAVoterKeepsNobodyWaiting() throws IOException {
        try (var masters = Masters.of(directory, "a")) {
            masters.stop("a");
            var actor = actor(masters.nodes.get("a"));
            var replica = soon(started);
            await().atMost(PATIENCE).until(() -> replica.leader().isPresent());
            TestProbe<VoterProtocol> lost = KIT.createTestProbe(VoterProtocol.class);
            var nowhere =
                    new Voter("b-12345678", "127.0.0.1:" + FreePorts.some(1).get(0));

            for (int i = 0; i < 100; i++) {
                actor.tell(new VoterProtocol.AddMe(nowhere, lost.ref()));
            }

            awaitTicks(2);
            assertThat(replica.voters()).doesNotContain(nowhere);
            KIT.stop(actor, PATIENCE);
        }
    }
}

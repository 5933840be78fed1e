package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import io.baton.core.operation.OperationAnswer;
import io.baton.resourcemanager.operation.RegistryOperator;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.RestorePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters that find each other and agree. */
class RegistryTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final List<ActorTestKit> kits = new ArrayList<>();
    private final List<Registry> registries = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() throws IOException {
        for (var registry : registries) {
            registry.replica().close();
        }
        kits.forEach(ActorTestKit::shutdownTestKit);
    }

    /** Of masters as they are: they talk four times a second. */
    private ActorTestKit system() {
        var kit = ActorTestKit.create("baton", ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                pekko.cluster {
                  jmx.enabled = off
                  gossip-interval = 250ms
                  leader-actions-interval = 250ms
                  periodic-tasks-initial-delay = 100ms
                }
                """).withFallback(ConfigFactory.load()));
        kits.add(kit);
        return kit;
    }

    private void form(int masters) {
        for (int i = 0; i < masters; i++) {
            system();
        }
        var first = Cluster.get(kits.get(0).system());
        kits.forEach(kit -> Cluster.get(kit.system()).join(first.selfAddress()));
        await().atMost(LONG).until(() -> kits.stream()
                .allMatch(kit -> Cluster.get(kit.system()).selfMember().status() == MemberStatus.up()));
    }

    private CompletionStage<Registry> start(int kit, String name, String directoryName, int expected) {
        return Registry.start(
                kits.get(kit).system(),
                new Registry.Setup(
                        Masters.CONFIG,
                        directory.resolve(directoryName),
                        name,
                        "127.0.0.1",
                        "127.0.0.1",
                        CompletableFuture.completedFuture(MasterAddresses.newBuilder()
                                .setHttp(name + ":5050")
                                .build()),
                        expected,
                        Registry.Progress.none(),
                        broken::add));
    }

    private Registry started(CompletionStage<Registry> starting) {
        var registry =
                starting.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        registries.add(registry);
        return registry;
    }

    @Test
    void whoWaitsForTheVoteOfAMasterThatCannotUseItsDirectoryHearsAtOnce() throws IOException {
        system();
        var progress = Registry.Progress.none();
        var unusable = Files.createFile(directory.resolve("file"));

        var starting = Registry.start(
                kits.get(0).system(),
                new Registry.Setup(
                        Masters.CONFIG,
                        unusable,
                        "m",
                        "127.0.0.1",
                        "127.0.0.1",
                        new CompletableFuture<>(),
                        3,
                        progress,
                        broken::add));

        assertThat(starting.toCompletableFuture()).isCompletedExceptionally();
        assertThat(progress.voting()).isCompletedExceptionally();
    }

    @Test
    void aLoneMasterIsItsOwnMajorityAndANewIncarnationWithEachStart() throws IOException {
        form(1);
        var first = started(start(0, "m", "m", 1));
        first.replica().close();
        form(1);

        var second = started(start(1, "another-name", "m", 1));

        assertThat(second.clusterId()).isEqualTo(first.clusterId());
        assertThat(second.master()).as("the directory knows its name").isEqualTo("m");
        assertThat(second.incarnation()).isGreaterThan(first.incarnation());
        // It is known as soon as it is looked at, some times a second.
        await().atMost(Duration.ofSeconds(30)).until(() -> second.problem().isEmpty());
        assertThat(broken).isEmpty();
        assertThat(second.numbers())
                .containsEntry("registrar/log/ensemble_size", 1.0)
                .containsEntry("registrar/log/recovered", 1.0)
                .containsEntry("registrar/queued_operations", 0.0)
                .containsKeys("registrar/state_fetch_ms", "registrar/state_store_ms/count");
        assertThat(second.numbers().get("registrar/registry_size_bytes")).isPositive();
    }

    /** One that ends its process at once, in the log's own thread. */
    private RegistryOperator operator(Registry registry, CompletableFuture<String> ended) {
        return RegistryOperator.of(
                registry,
                new RegistryOperator.Setup(
                        "1",
                        1,
                        Optional.empty(),
                        List::of,
                        Map.of(),
                        Clock.systemUTC(),
                        Runnable::run,
                        ended::complete));
    }

    @Test
    void aMasterThatGetsBackWhatItsOwnRegistryWasBeginsAgain() {
        form(1);
        var registry = started(start(0, "m", "m", 1));
        var ended = new CompletableFuture<String>();
        var operator = operator(registry, ended);
        var saved = (OperationAnswer.Saved) Masters.await(operator.save().toCompletableFuture());
        Masters.await(registry.propose(Command.newBuilder()
                        .setRestorePart(RestorePart.newBuilder()
                                .setRestoreId("broken off")
                                .setPart(0)
                                .setParts(2)
                                .setPiece(ByteString.EMPTY)))
                .toCompletableFuture());
        assertThat(ended).isNotDone();

        var answer = Masters.await(operator.restore(saved.file(), true).toCompletableFuture());

        assertThat(answer).isInstanceOf(OperationAnswer.Done.class);
        assertThat(Masters.await(ended)).contains("cluster " + registry.clusterId());
    }

    /** It has taken the id of its cluster by then, and would tell it to agents of the one that was restored. */
    @Test
    void aMasterWhoseRegistryIsRestoredWhileItStartsBeginsAgain() {
        form(1);
        var elsewhere = Cluster.get(system().system());
        elsewhere.join(elsewhere.selfAddress());
        await().atMost(LONG).until(() -> elsewhere.selfMember().status() == MemberStatus.up());
        var registry = started(start(0, "m", "m", 1));
        var other = started(start(1, "n", "n", 1));
        var saved = (OperationAnswer.Saved)
                Masters.await(operator(other, new CompletableFuture<>()).save().toCompletableFuture());
        Masters.await(operator(registry, new CompletableFuture<>())
                .restore(saved.file(), true)
                .toCompletableFuture());
        var ended = new CompletableFuture<String>();

        operator(registry, ended);

        assertThat(other.clusterId()).isNotEqualTo(registry.clusterId());
        assertThat(Masters.await(ended)).contains("cluster " + other.clusterId());
    }

    @Test
    void asManyAreLetInAsAClusterMayHaveStartedOrNot() {
        form(1);
        var operator = operator(started(start(0, "a", "a", 1)), new CompletableFuture<>());
        for (var name : List.of("b", "c", "d", "e")) {
            assertThat(Masters.await(operator.add(name).toCompletableFuture()))
                    .isInstanceOf(OperationAnswer.Done.class);
        }

        assertThat(Masters.await(operator.add("f").toCompletableFuture()))
                .isInstanceOfSatisfying(OperationAnswer.Refused.class, refused -> assertThat(refused.why())
                        .contains("not started yet (b, c, d, e)"));
        assertThat(Masters.await(operator.remove("e").toCompletableFuture())).isInstanceOf(OperationAnswer.Done.class);
        assertThat(Masters.await(operator.add("f").toCompletableFuture())).isInstanceOf(OperationAnswer.Done.class);
    }

    @Test
    void threeMastersFoundOneRegistryAndReplaceWhoLostItsDisk() throws IOException {
        form(3);
        var starting = List.of(start(0, "a", "a", 3), start(1, "b", "b", 3), start(2, "c", "c", 3));
        for (var one : starting) {
            started(one);
        }
        await().atMost(LONG).until(() -> registries.get(2).replica().voters().size() == 3);

        assertThat(new TreeSet<>(registries.stream().map(Registry::clusterId).toList()))
                .hasSize(1);
        assertThat(new TreeSet<>(registries.stream().map(Registry::incarnation).toList()))
                .hasSize(3);
        List<String> names = Masters.await(registries
                .get(0)
                .replica()
                .readNewest(state -> List.copyOf(state.masters().keySet()))
                .toCompletableFuture());
        assertThat(names).containsExactly("a", "b", "c");

        registries.get(2).replica().close();
        kits.get(2).shutdownTestKit();
        system();
        Cluster.get(kits.get(3).system()).join(Cluster.get(kits.get(0).system()).selfAddress());
        var again = started(start(3, "c", "c-with-an-empty-disk", 3));

        assertThat(again.clusterId()).isEqualTo(registries.get(0).clusterId());
        assertThat(again.replica().voters()).hasSize(3).contains(again.replica().self());
    }

    @Test
    void oneMasterTooManyIsRefusedByName() {
        form(3);
        var starting = List.of(start(0, "a", "a", 2), start(1, "b", "b", 2));
        for (var one : starting) {
            started(one);
        }

        assertThatThrownBy(() -> started(start(2, "c", "c", 2)))
                .hasMessageContaining("'c' is none of them")
                .hasMessageContaining("baton.node.expected-masters");
    }

    @Test
    void messagesCanCross() {
        var kit = system();
        var probe = kit.<VoterProtocol>createTestProbe();
        var voter = new Voter("m-12345678", "h:1");
        for (var message : List.<VoterProtocol>of(
                new VoterProtocol.Introduce(voter, "g", probe.ref()),
                new VoterProtocol.AddMe(voter, probe.ref()),
                new VoterProtocol.Refused("why"))) {
            kit.serializationTestKit().verifySerialization(message, true);
        }
    }
}

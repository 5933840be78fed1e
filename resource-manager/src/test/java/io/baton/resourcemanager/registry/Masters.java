package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.config.FreePorts;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.record.PutValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Replicas of several masters in one JVM, on loopback; killed and started again by name. */
final class Masters implements AutoCloseable {
    static final RegistryConfig CONFIG = new RegistryConfig("127.0.0.1", 0, 16L * 1024 * 1024, 100, Optional.empty());

    /** One master: its files, its voter, and what it was told. */
    static final class Node implements ReplicaEvents {
        final CompletableFuture<String> broken = new CompletableFuture<>();
        final CompletableFuture<Void> leaderless = new CompletableFuture<>();
        final VoterFiles files;
        final Voter voter;
        Replica replica;

        Node(Path directory, String name) throws IOException {
            files = new VoterFiles(directory);
            voter = files.voter(name, "127.0.0.1:" + FreePorts.some(1).get(0));
        }

        @Override
        public void broken(String why) {
            broken.complete(why);
        }

        @Override
        public void leaderless() {
            leaderless.complete(null);
        }

        @Override
        public void led(String voterId) {}

        int port() {
            return Integer.parseInt(voter.address().substring(voter.address().indexOf(':') + 1));
        }
    }

    private final Path root;
    final TreeMap<String, Node> nodes = new TreeMap<>();

    private Masters(Path root) {
        this.root = root;
    }

    /** A founded group. */
    static Masters of(Path root, String... names) throws IOException {
        var masters = new Masters(root);
        var voters = new ArrayList<Voter>();
        for (var name : names) {
            voters.add(masters.prepare(name, name).voter);
        }
        for (var node : masters.nodes.values()) {
            node.files.join(VoterGroup.of(voters));
            masters.start(node);
        }
        // On a busy host an election may take longer than a proposal.
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !masters.leader()
                .isEmpty());
        var answer = masters.propose(
                names[0],
                Command.newBuilder().setFoundCluster(FoundCluster.newBuilder().setClusterId("c")));
        assertThat(answer).isInstanceOf(Answer.Committed.class);
        return masters;
    }

    Node prepare(String name, String directory) throws IOException {
        var node = new Node(root.resolve(directory), name);
        nodes.put(name, node);
        return node;
    }

    void start(Node node) throws IOException {
        node.replica = Replica.start(node.files, node.voter, CONFIG.at("127.0.0.1", node.port()), node);
    }

    Replica replica(String name) {
        return nodes.get(name).replica;
    }

    void stop(String name) throws IOException {
        replica(name).close();
    }

    /** Starts a stopped one again, from its directory and at its address. */
    void restart(String name) throws IOException {
        start(nodes.get(name));
    }

    String leader() {
        for (var entry : nodes.entrySet()) {
            var replica = entry.getValue().replica;
            if (replica != null && replica.leads()) {
                return entry.getKey();
            }
        }
        return "";
    }

    Answer propose(String master, Command.Builder command) {
        return await(replica(master)
                .propose(command.setAt(System.currentTimeMillis()).build())
                .toCompletableFuture());
    }

    Answer put(String master, String key, String value) {
        return propose(master, value(key, value));
    }

    static Command.Builder value(String key, String value) {
        return Command.newBuilder()
                .setPutValue(
                        PutValue.newBuilder().setNamespace("n").setKey(key).setValue(ByteString.copyFromUtf8(value)));
    }

    /** The values' keys that this master shows. */
    List<String> keys(String master) {
        return replica(master).read(state -> List.copyOf(state.values("n").keySet()));
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        for (var node : nodes.values()) {
            if (node.replica != null) {
                node.replica.close();
            }
        }
    }
}

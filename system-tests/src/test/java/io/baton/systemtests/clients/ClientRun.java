package io.baton.systemtests.clients;

import io.baton.distribution.config.Configuration;
import io.baton.distribution.node.LocalCluster;
import io.baton.distribution.node.Started;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A master and an agent on free ports, and what a client's process does with them. */
final class ClientRun implements AutoCloseable {
    private static final int PATIENCE_MINUTES = 2;

    private final Path directory;
    private final Started<LocalCluster> cluster;

    ClientRun(Path directory) {
        this.directory = directory;
        var settings = LocalCluster.settings(directory, "127.0.0.1", 0, 0);
        this.cluster = LocalCluster.start(Configuration.load(Optional.empty(), settings), () -> {});
    }

    URI master() {
        return URI.create(cluster.node().masterUrl());
    }

    /**
     * Runs a command to its end, but no longer than two minutes.
     *
     * @return what it wrote, and its exit status in a last line
     */
    String run(Path in, String... command) throws IOException, InterruptedException {
        var output = directory.resolve("client.out");
        var client = new ProcessBuilder(List.of(command))
                .directory(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = client.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        client.destroyForcibly();
        return Files.readString(output) + "\nexit " + (ended ? client.exitValue() : "none: it had to be ended");
    }

    String get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(master().resolve(path)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        cluster.close();
    }
}

package io.baton.benchmarks.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Certificates and settings of servers that encrypt all they say to each other; needs {@code openssl}. */
final class SiteCertificates {
    private final Path script;
    private final Path directory;

    private SiteCertificates(Path script, Path directory) {
        this.script = script;
        this.directory = directory;
    }

    /**
     * Makes the two authorities.
     *
     * @param launcher the {@code baton} script beside whose {@code conf} directory the servers are
     */
    static SiteCertificates make(Path launcher, Path directory) throws IOException, InterruptedException {
        var home = launcher.toAbsolutePath().getParent();
        var script = Stream.of(home, home.getParent())
                .map(place -> place.resolve("conf").resolve("certificates"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("no conf/certificates beside " + launcher));
        var made = new SiteCertificates(script, Files.createDirectories(directory));
        made.run("links", "authority");
        made.run("masters", "authority");
        return made;
    }

    /** Words of a master's command line, with certificates of its own. */
    List<String> ofMaster(String name, String address) throws IOException, InterruptedException {
        run("links", "master", name, address);
        run("masters", "master", name, address);
        return config(name, section("links", name) + section("masters", name));
    }

    /** Words of an agent's command line, with a certificate of its own. */
    List<String> ofAgent(String name) throws IOException, InterruptedException {
        run("links", "agent", name);
        return config(name, section("links", name));
    }

    private List<String> config(String name, String text) throws IOException {
        return List.of(
                "--config",
                Files.writeString(directory.resolve(name + ".conf"), text).toString());
    }

    private String section(String kind, String name) {
        var files = directory.resolve(kind);
        return """
                baton.tls.%s {
                  key = "%s"
                  certificate = "%s"
                  authority = "%s"
                }
                """.formatted(
                kind, files.resolve(name + ".key"), files.resolve(name + ".pem"), files.resolve("authority.pem"));
    }

    private void run(String kind, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(script.toString(), directory.resolve(kind).toString()));
        command.addAll(List.of(words));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with status " + status);
        }
    }
}

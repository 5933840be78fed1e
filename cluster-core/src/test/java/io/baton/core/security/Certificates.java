package io.baton.core.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates by the script that operators make theirs with; needs openssl. */
record Certificates(Path directory) {
    private static final Path SCRIPT =
            Path.of("..", "conf", "certificates").toAbsolutePath().normalize();

    /** A new authority. */
    static Certificates in(Path directory) throws IOException, InterruptedException {
        return in(directory, 365);
    }

    /** A new authority that is valid for ten times as many days. */
    static Certificates in(Path directory, int days) throws IOException, InterruptedException {
        var made = new Certificates(directory);
        made.run(days, "authority");
        return made;
    }

    Path authority() {
        return directory.resolve("authority.pem");
    }

    TlsFiles master(String... names) throws IOException, InterruptedException {
        return make(365, "master", names);
    }

    TlsFiles agent(String name) throws IOException, InterruptedException {
        return make(365, "agent", name);
    }

    /** With a certificate that was valid until yesterday. */
    TlsFiles expired(String name) throws IOException, InterruptedException {
        return make(-1, "agent", name);
    }

    private TlsFiles make(int days, String kind, String... names) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(kind));
        words.addAll(List.of(names));
        run(days, words.toArray(String[]::new));
        return files(names[0]);
    }

    TlsFiles files(String name) {
        return new TlsFiles(directory.resolve(name + ".key"), directory.resolve(name + ".pem"), authority());
    }

    private void run(int days, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(SCRIPT.toString(), directory.toString()));
        command.addAll(List.of(words));
        var log = Files.createTempFile(directory.toAbsolutePath().getParent(), "certificates", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("BATON_DAYS", Integer.toString(days));
        if (builder.start().waitFor() != 0) {
            throw new IOException(command + ": " + Files.readString(log));
        }
    }
}

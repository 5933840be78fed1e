package io.baton.executor.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the runtime is told what else to run in a container: by files. Everybody on the host can read a command line, and
 * variables may be secrets.
 *
 * @param home for the agent alone
 */
record ExecFiles(Path home) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(ExecFiles.class);

    /**
     * Writes one: the container's own process with another program, and more variables.
     *
     * @param name of the launch
     * @param bundle of the container
     * @param arguments the program first
     * @param account empty for the one of the container
     */
    Path write(
            String name,
            Path bundle,
            List<String> arguments,
            Optional<Account> account,
            SortedMap<String, String> environment)
            throws IOException {
        var config = JSON.readTree(Files.readAllBytes(bundle.resolve("config.json")));
        if (!(config.get("process") instanceof ObjectNode process)) {
            throw new IOException("the container's bundle " + bundle + " says nothing of its process");
        }
        var variables = new LinkedHashMap<String, String>();
        process.path("env").forEach(word -> {
            var text = word.asText();
            int cut = text.indexOf('=');
            variables.put(text.substring(0, cut), text.substring(cut + 1));
        });
        variables.putAll(environment);
        var env = process.putArray("env");
        variables.forEach((variable, value) -> env.add(variable + "=" + value));
        arguments.forEach(process.putArray("args")::add);
        process.put("cwd", OciLauncher.SANDBOX);
        if (account.isPresent()) {
            BundleSpec.user(process, account);
        }
        return PrivateFiles.write(PrivateFiles.directory(home).resolve(name), JSON.writeValueAsBytes(process));
    }

    /** A launch is over. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(home.resolve(name));
    }

    /** Removes those of launches that nobody knows. */
    void removeOthers(Set<String> known) {
        if (!Files.isDirectory(home)) {
            return;
        }
        try (var found = Files.newDirectoryStream(
                home, file -> !known.contains(file.getFileName().toString()))) {
            for (var file : found) {
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            LOG.warn("cannot remove old files in {}: {}", home, stays.getMessage());
        }
    }
}

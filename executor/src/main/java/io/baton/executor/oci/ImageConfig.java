package io.baton.executor.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.executor.task.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an image says of how it is to be run. Its user is not heeded, as in Mesos: the task's counts. Pure.
 *
 * @param workingDirectory empty if it has none
 */
record ImageConfig(
        SortedMap<String, String> environment, List<String> entrypoint, List<String> command, String workingDirectory) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads an image's configuration (OCI image-spec, config.md).
     *
     * @throws IllegalArgumentException if it is none
     */
    static ImageConfig parse(String json) {
        JsonNode config;
        try {
            config = JSON.readTree(json).path("config");
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException(
                    "the image's configuration is no JSON: " + wrong.getOriginalMessage(), wrong);
        }
        var environment = new TreeMap<String, String>();
        for (var entry : texts(config.path("Env"))) {
            int cut = entry.indexOf('=');
            if (cut > 0) {
                environment.put(entry.substring(0, cut), entry.substring(cut + 1));
            }
        }
        return new ImageConfig(
                environment,
                texts(config.path("Entrypoint")),
                texts(config.path("Cmd")),
                config.path("WorkingDir").asText(""));
    }

    private static List<String> texts(JsonNode array) {
        var out = new ArrayList<String>();
        array.forEach(item -> out.add(item.asText()));
        return List.copyOf(out);
    }

    /**
     * What is to be run (Mesos, docker/runtime): a shell's command; or the task's program; or else the image's entry
     * point, with the task's arguments if it has any, and the image's own if not. Empty if nobody says.
     */
    Optional<List<String>> arguments(TaskPlan plan) {
        if (plan.shell()) {
            return Optional.of(List.of("/bin/sh", "-c", plan.program()));
        }
        var out = new ArrayList<String>();
        if (!plan.program().isEmpty()) {
            out.add(plan.program());
            out.addAll(plan.arguments());
            return Optional.of(out);
        }
        out.addAll(entrypoint);
        if (plan.arguments().isEmpty()) {
            out.addAll(command);
        } else {
            if (entrypoint.isEmpty() && !command.isEmpty()) {
                out.add(command.get(0));
            }
            out.addAll(plan.arguments());
        }
        return out.isEmpty() ? Optional.empty() : Optional.of(out);
    }
}

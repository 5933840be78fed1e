package io.baton.executor.probe;

import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.Resource;
import io.baton.v1.TaskResourceLimitation;
import io.baton.v1.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Resources as operators write them: {@code cpus:4;mem:2048;ports:[31000-32000];cpus(role):2}, or a JSON array of
 * Resource messages.
 */
public final class ResourcesText {
    private ResourcesText() {}

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException naming the part that will not do
     */
    public static List<Resource> parse(String text) {
        var trimmed = text.strip();
        var resources = trimmed.startsWith("[") ? parseJson(trimmed) : parsePlain(trimmed);
        var problem = ResourceRules.problemOf(resources).or(() -> problemOfDisks(resources));
        if (problem.isPresent()) {
            throw new IllegalArgumentException("resources '" + trimmed + "': " + problem.get());
        }
        return resources;
    }

    /** Of a disk there must be a place where volumes can be. */
    private static Optional<String> problemOfDisks(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> resource.getDisk().hasSource())
                .map(resource -> resource.getDisk().getSource())
                .flatMap(source -> problemOf(source).stream())
                .findFirst();
    }

    private static Optional<String> problemOf(Resource.DiskInfo.Source source) {
        return switch (source.getType()) {
            case PATH -> Optional.empty();
            case MOUNT ->
                source.getMount().getRoot().isEmpty()
                        ? Optional.of("a disk of type MOUNT needs its mount.root")
                        : Optional.empty();
            case UNKNOWN, BLOCK, RAW ->
                Optional.of("a disk of type " + source.getType() + " needs a resource provider, and there is none");
        };
    }

    private static List<Resource> parseJson(String text) {
        try {
            var json = "{\"resources\":" + text + "}";
            return MesosJson.parse(json.getBytes(StandardCharsets.UTF_8), TaskResourceLimitation.newBuilder())
                    .getResourcesList();
        } catch (MesosJsonException wrong) {
            throw new IllegalArgumentException("resources: the JSON cannot be read: " + wrong.getMessage(), wrong);
        }
    }

    private static List<Resource> parsePlain(String text) {
        var out = new ArrayList<Resource>();
        for (var part : text.split(";")) {
            if (!part.isBlank()) {
                out.add(parsePart(text, part.strip()));
            }
        }
        return out;
    }

    private static Resource parsePart(String text, String part) {
        int colon = part.indexOf(':');
        if (colon <= 0) {
            throw wrong(text, part, "expected name:value, such as cpus:4");
        }
        var name = part.substring(0, colon).strip();
        var role = "*";
        int bracket = name.indexOf('(');
        if (bracket >= 0) {
            if (!name.endsWith(")")) {
                throw wrong(text, part, "the role's bracket is not closed");
            }
            role = name.substring(bracket + 1, name.length() - 1).strip();
            name = name.substring(0, bracket).strip();
            var problem = IdRules.problemOfRole(role);
            if (problem.isPresent()) {
                throw wrong(text, part, problem.get());
            }
        }
        if (name.isEmpty()) {
            throw wrong(text, part, "the name is missing");
        }
        var resource = Resource.newBuilder().setName(name).setRole(role);
        try {
            var value = ValueText.parse(part.substring(colon + 1));
            resource.setType(value.getType());
            switch (value.getType()) {
                case SCALAR -> resource.setScalar(value.getScalar());
                case RANGES -> resource.setRanges(value.getRanges());
                case SET -> resource.setSet(value.getSet());
                case TEXT ->
                    throw new IllegalArgumentException(
                            "'" + value.getText().getValue() + "' is neither a number, nor [ranges], nor {a set}");
            }
        } catch (IllegalArgumentException bad) {
            throw wrong(text, part, bad.getMessage());
        }
        return resource.build();
    }

    private static IllegalArgumentException wrong(String text, String part, String why) {
        return new IllegalArgumentException("resources '" + text + "': at '" + part + "': " + why);
    }

    /** A scalar without a role. */
    static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setRole("*")
                .build();
    }
}

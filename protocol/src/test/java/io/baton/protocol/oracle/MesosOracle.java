package io.baton.protocol.oracle;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The published Mesos messages, in a class loader where their old protobuf meets nothing of ours. */
final class MesosOracle implements AutoCloseable {
    private static final List<String> OUTER_CLASSES = Stream.of(
                    "",
                    "agent.",
                    "allocator.",
                    "executor.",
                    "maintenance.",
                    "master.",
                    "quota.",
                    "resource_provider.",
                    "scheduler.")
            .map(name -> "org.apache.mesos.v1." + name + "Protos")
            .toList();

    private final URLClassLoader loader;
    private final Object types;

    /**
     * @param jars directory with the published jars
     */
    MesosOracle(Path jars) throws IOException, ReflectiveOperationException {
        List<URL> urls = new ArrayList<>();
        urls.add(GeneratedTypes.class.getProtectionDomain().getCodeSource().getLocation());
        try (var files = Files.newDirectoryStream(jars, "*.jar")) {
            for (var file : files) {
                urls.add(file.toUri().toURL());
            }
        }
        loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        types = loader.loadClass(GeneratedTypes.class.getName())
                .getConstructor(List.class)
                .newInstance(OUTER_CLASSES);
    }

    @SuppressWarnings("unchecked")
    Set<String> messages() {
        return (Set<String>) call("messages");
    }

    @SuppressWarnings("unchecked")
    Map<String, String> schema() {
        return (Map<String, String>) call("schema");
    }

    @SuppressWarnings("unchecked")
    Map<String, List<String>> fieldOrder() {
        return (Map<String, List<String>>) call("fieldOrder");
    }

    byte[] random(String message, long seed, Set<String> leftOut) {
        return (byte[]) call("random", message, seed, leftOut);
    }

    byte[] rewritten(String message, byte[] bytes) {
        return (byte[]) call("rewritten", message, bytes);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    private Object call(String method, Object... arguments) {
        try {
            for (var candidate : types.getClass().getMethods()) {
                if (candidate.getName().equals(method)) {
                    return candidate.invoke(types, arguments);
                }
            }
            throw new AssertionError("no method " + method);
        } catch (InvocationTargetException e) {
            throw new AssertionError(method + " of " + arguments[0] + ": " + e.getCause(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}

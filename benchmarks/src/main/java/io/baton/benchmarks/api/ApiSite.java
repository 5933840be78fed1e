package io.baton.benchmarks.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An {@link ApiServer} in a process of its own, ended with this object. */
public final class ApiSite implements AutoCloseable {
    private static final long END_SECONDS = 20;

    private final Process process;
    private final int port;

    private ApiSite(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and waits until it serves.
     *
     * @throws IOException if it does not, with what it said last
     */
    public static ApiSite start(int agents, int tasks) throws IOException {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-XX:+UseG1GC",
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ApiServer.class.getName(),
                        Integer.toString(agents),
                        Integer.toString(tasks)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("port ")) {
                return new ApiSite(process, Integer.parseInt(line.substring("port ".length())));
            }
        }
        process.destroyForcibly();
        throw new IOException("the server to be measured has ended before it served");
    }

    int port() {
        return port;
    }

    /** From now on so many tasks change in a second: a multiple of 200. */
    public void updates(int perSecond) throws IOException {
        var out = process.getOutputStream();
        out.write((perSecond + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package io.baton.core.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that are yet to be started. None is one that the kernel itself gives to connections: whoever asks
 * again and again for a server that is not there yet may be given its very port, and is then connected to himself while the
 * server finds its port taken.
 */
public final class FreePorts {
    private static final Path GIVEN_BY_THE_KERNEL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    /** Where the kernel does not tell: what Linux, macOS and the BSDs give between them. */
    private static final String USUALLY_GIVEN = "32768 65535";

    private static final int FIRST = 10_000;
    private static final int LAST = 65_000;
    private static final int MOST_TEXT_BYTES = 64;
    private static final int MOST_TRIES = 10_000;

    private FreePorts() {}

    /**
     * Ports that were free a moment ago, all different.
     *
     * @throws IOException if there are not so many
     */
    public static List<Integer> some(int count) throws IOException {
        var given = givenByTheKernel().strip().split("\\s+");
        int from = Integer.parseInt(given[0]);
        int to = Integer.parseInt(given[1]);
        boolean allGiven = from <= FIRST && to >= LAST;
        var sockets = new ArrayList<ServerSocket>();
        try {
            var ports = new ArrayList<Integer>();
            for (int tries = 0; ports.size() < count; tries++) {
                if (tries == MOST_TRIES) {
                    throw new IOException("no " + count + " free ports outside of " + from + " to " + to);
                }
                int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
                var socket = new ServerSocket();
                sockets.add(socket);
                if ((allGiven || port < from || port > to) && isFree(socket, port)) {
                    ports.add(port);
                }
            }
            return ports;
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    /** In one go: the kernel tells nothing of it to who reads on from the middle. */
    private static String givenByTheKernel() throws IOException {
        try (var in = Files.newInputStream(GIVEN_BY_THE_KERNEL)) {
            var text = new byte[MOST_TEXT_BYTES];
            return new String(text, 0, Math.max(0, in.read(text)), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException otherSystem) {
            return USUALLY_GIVEN;
        }
    }

    private static boolean isFree(ServerSocket socket, int port) {
        try {
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}

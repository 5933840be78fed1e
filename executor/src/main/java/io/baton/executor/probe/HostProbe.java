package io.baton.executor.probe;

import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this host has to offer, if the operator does not say. */
public final class HostProbe {
    /** Memory left to the host itself, unless that is more than half (Mesos). */
    static final long HOST_MEM_MB = 1_024;

    /** Disk left to the host itself, unless that is more than half (Mesos). */
    static final long HOST_DISK_MB = 5_120;

    /** Memory offered if the host does not tell how much it has (Mesos). */
    static final long UNKNOWN_MEM_MB = 1_024;

    private static final long FIRST_PORT = 31_000;
    private static final long LAST_PORT = 32_000;
    private static final long BYTES_PER_MB = 1 << 20;
    private static final long KB_PER_MB = 1 << 10;

    private HostProbe() {}

    /**
     * The host's resources; those that the text names are as it says, the others are detected.
     *
     * @param text as {@link ResourcesText} reads it; may be empty
     * @param workDir on whose file system the tasks will write
     * @param proc {@code /proc}
     */
    public static List<Resource> resources(String text, Path workDir, Path proc) throws IOException {
        var out = new ArrayList<>(ResourcesText.parse(text));
        if (isMissing(out, "cpus")) {
            out.add(ResourcesText.scalar("cpus", Runtime.getRuntime().availableProcessors()));
        }
        if (isMissing(out, "mem")) {
            out.add(ResourcesText.scalar("mem", leaving(memoryMb(proc), HOST_MEM_MB)));
        }
        if (isMissing(out, "disk")) {
            out.add(ResourcesText.scalar("disk", diskMb(Files.getFileStore(workDir))));
        }
        if (isMissing(out, "ports")) {
            var range = Value.Range.newBuilder().setBegin(FIRST_PORT).setEnd(LAST_PORT);
            out.add(Resource.newBuilder()
                    .setName("ports")
                    .setType(Value.Type.RANGES)
                    .setRanges(Value.Ranges.newBuilder().addRange(range))
                    .setRole("*")
                    .build());
        }
        return out;
    }

    private static boolean isMissing(List<Resource> resources, String name) {
        return resources.stream().noneMatch(r -> r.getName().equals(name));
    }

    /** Of all that the disk has (Mesos): what is free goes down while tasks write to the disk that they hold. */
    static long diskMb(FileStore disk) throws IOException {
        return leaving(disk.getTotalSpace() / BYTES_PER_MB, HOST_DISK_MB);
    }

    /** The host keeps its part, but never more than half. */
    static long leaving(long total, long host) {
        return total > 2 * host ? total - host : total / 2;
    }

    private static long memoryMb(Path proc) {
        try {
            return Files.readAllLines(proc.resolve("meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(kb -> Long.parseLong(kb) / KB_PER_MB)
                    .findFirst()
                    .orElse(2 * UNKNOWN_MEM_MB);
        } catch (IOException | NumberFormatException silent) {
            return 2 * UNKNOWN_MEM_MB;
        }
    }

    /** The host's own name, fully qualified where it knows. */
    public static String hostname() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    /** The address under which others reach this host: that of its way out. Nothing is sent to find it. */
    public static String address() {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {8, 8, 8, 8}), 53));
            var local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? "127.0.0.1" : local.getHostAddress();
        } catch (SocketException | UnknownHostException | java.io.UncheckedIOException offline) {
            return "127.0.0.1";
        }
    }

    /**
     * The bytes of an address written in digits.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static byte[] literal(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException none) {
            throw new IllegalArgumentException("'" + address + "' is no address", none);
        }
    }
}

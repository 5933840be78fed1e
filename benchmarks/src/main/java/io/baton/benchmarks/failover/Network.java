package io.baton.benchmarks.failover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Hosts that are network namespaces of this one, on one bridge: their cables can be cut. Needs root, {@code ip} and
 * {@code iptables}; what it makes carries this process's number in its name, and is removed by {@link #close}.
 */
public final class Network implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final int MOST_HOSTS = 50;
    private static final int FIRST_HOST = 10;

    private final String prefix = "bt" + ProcessHandle.current().pid() % 100_000;
    private final String bridge = prefix + "b";
    private final String subnet;
    private final int hosts;

    private Network(int hosts) {
        this.hosts = hosts;
        this.subnet = "10.213." + ProcessHandle.current().pid() % 256 + ".";
    }

    /** Why there can be none here; empty if there can. */
    public static Optional<String> problem() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        for (var command : List.of(List.of("ip", "netns", "list"), List.of("iptables", "-S", "INPUT"))) {
            try {
                run(command);
            } catch (IOException e) {
                return Optional.of(e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Makes them, all connected. */
    public static Network of(int hosts) throws IOException {
        if (hosts > MOST_HOSTS) {
            throw new IllegalArgumentException("at most " + MOST_HOSTS + " hosts, not " + hosts);
        }
        var network = new Network(hosts);
        try {
            network.make();
            return network;
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private void make() throws IOException {
        ip("link", "add", bridge, "type", "bridge");
        ip("addr", "add", subnet + "1/24", "dev", bridge);
        ip("link", "set", bridge, "up");
        for (int i = 0; i < hosts; i++) {
            ip("netns", "add", name(i));
            ip("link", "add", cable(i), "type", "veth", "peer", "name", "eth0", "netns", name(i));
            ip("link", "set", cable(i), "master", bridge, "up");
            ip("-n", name(i), "addr", "add", address(i) + "/24", "dev", "eth0");
            ip("-n", name(i), "link", "set", "eth0", "up");
            ip("-n", name(i), "link", "set", "lo", "up");
        }
    }

    private String name(int host) {
        return prefix + "h" + host;
    }

    private String cable(int host) {
        return prefix + "v" + host;
    }

    /** IPv4 address of a host. */
    public String address(int host) {
        return subnet + (FIRST_HOST + host);
    }

    /** The command as it is run on that host. */
    List<String> on(int host, List<String> command) {
        var out = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
        out.addAll(command);
        return out;
    }

    /** From now on neither hears the other; whoever sends is not told. */
    public void cut(int one, int other) throws IOException {
        rule("-A", one, address(other));
        rule("-A", other, address(one));
    }

    /** They hear each other again. */
    public void mend(int one, int other) throws IOException {
        rule("-D", one, address(other));
        rule("-D", other, address(one));
    }

    private void rule(String what, int host, String from) throws IOException {
        run(on(host, List.of("iptables", "-w", what, "INPUT", "-s", from, "-j", "DROP")));
    }

    /** From now on so many of a hundred packets from one to the other are lost, or none of those any more. */
    public void lose(int from, int to, int percent, boolean on) throws IOException {
        run(on(
                to,
                List.of(
                        "iptables",
                        "-w",
                        on ? "-A" : "-D",
                        "INPUT",
                        "-s",
                        address(from),
                        "-m",
                        "statistic",
                        "--mode",
                        "random",
                        "--probability",
                        Double.toString(percent / 100.0),
                        "-j",
                        "DROP")));
    }

    /** This host's own address among them. */
    String gateway() {
        return subnet + "1";
    }

    /** New connections of the host to that port go to this host's port instead, from now on or no more. */
    void redirect(int host, String address, int port, int toPort, boolean on) throws IOException {
        run(on(
                host,
                List.of(
                        "iptables",
                        "-w",
                        "-t",
                        "nat",
                        on ? "-A" : "-D",
                        "OUTPUT",
                        "-p",
                        "tcp",
                        "-d",
                        address,
                        "--dport",
                        Integer.toString(port),
                        "-j",
                        "DNAT",
                        "--to-destination",
                        gateway() + ":" + toPort)));
    }

    /** Pulls the host's cable, or plugs it in again. */
    public void plug(int host, boolean in) throws IOException {
        ip("link", "set", cable(host), in ? "up" : "down");
    }

    private static void ip(String... words) throws IOException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        run(command);
    }

    static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed: " + said);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in '" + String.join(" ", command) + "'", stop);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Removes all of it; processes on the hosts are to have ended. */
    @Override
    public void close() {
        for (int i = 0; i < hosts; i++) {
            quietly("netns", "del", name(i)); // Takes the cable with it.
        }
        quietly("link", "del", bridge);
    }

    private static void quietly(String... words) {
        try {
            ip(words);
        } catch (IOException notThere) {
            System.err.println(notThere.getMessage());
        }
    }
}

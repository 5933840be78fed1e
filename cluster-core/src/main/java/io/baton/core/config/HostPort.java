package io.baton.core.config;

import java.util.regex.Pattern;

/** {@code host:port}, as it stands in URLs and settings. */
public final class HostPort {
    private static final Pattern WRITTEN = Pattern.compile("([^:\\s/\\[\\]]+|\\[[0-9a-fA-F:]+]):[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;

    private HostPort() {}

    /** IPv6 addresses get their brackets: their colons are not the one before the port. */
    public static String of(String host, int port) {
        boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
        return (bare ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether this is a name or an address and a port, IPv6 in square brackets. */
    public static boolean isWritten(String text) {
        return WRITTEN.matcher(text).matches() && port(text) <= MAX_PORT;
    }

    /** @throws NumberFormatException if no number is behind the last colon */
    public static int port(String hostPort) {
        return Integer.parseInt(hostPort.substring(hostPort.lastIndexOf(':') + 1));
    }

    /** The host or address in it, without brackets; empty if there is no port. */
    public static String host(String hostPort) {
        var host = hostPort.substring(0, Math.max(0, hostPort.lastIndexOf(':')));
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether who listens at this address listens on all interfaces: nobody is reached there. */
    public static boolean isEverywhere(String address) {
        return address.equals("0.0.0.0") || address.equals("::");
    }
}

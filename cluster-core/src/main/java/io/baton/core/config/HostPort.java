package io.baton.core.config;

/** {@code host:port}, as it stands in URLs and settings. */
public final class HostPort {
    private HostPort() {}

    /** IPv6 addresses get their brackets: their colons are not the one before the port. */
    public static String of(String host, int port) {
        boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
        return (bare ? "[" + host + "]" : host) + ":" + port;
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
}

package io.baton.core.config;

import java.util.regex.Pattern;

/** {@code host:port}, as it stands in URLs and settings. */
public final class HostPort {
    private static final Pattern WRITTEN = Pattern.compile("([^:\\s/\\[\\]]+|\\[[0-9a-fA-F:]+]):[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static final String GROUP = "[0-9a-fA-F]{1,4}";
    private static final String GROUPS = "(" + GROUP + "(:" + GROUP + ")*)?";

    /** In digits: of version 4, of version 6 in full, and shortened. */
    private static final Pattern ADDRESS = Pattern.compile(OCTET + "(\\." + OCTET + "){3}|" + GROUP + "(:" + GROUP
            + "){7}|(?=([^:]*:){2,8}[^:]*$)" + GROUPS + "::" + GROUPS);

    private HostPort() {}

    /** Whether this is an IP address in digits, of version 4 or 6: no name, no zone, no brackets. */
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

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

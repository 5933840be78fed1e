package io.baton.httpapi.server;

import io.baton.core.config.HostPort;

/** The server cannot listen where it should. The text is for the operator: what is wrong and what to do. */
public final class PortTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortTakenException(String host, int port, Throwable cause) {
        super(text(host, port, cause), cause);
    }

    private static String text(String host, int port, Throwable cause) {
        for (var reason = cause; reason != null; reason = reason.getCause()) {
            var said = String.valueOf(reason.getMessage());
            if (said.contains("Permission denied")) {
                return "port " + port + " needs rights that this user has not: choose one above 1023 with --port";
            }
            if (said.contains("Cannot assign") || said.contains("Unresolved") || said.contains("unresolved")) {
                return "no interface of this host has the address " + host + ": choose another one with --ip";
            }
        }
        return "port " + port + " is taken: another process listens on " + HostPort.of(host, port)
                + "; end it or choose another port, use --port";
    }
}

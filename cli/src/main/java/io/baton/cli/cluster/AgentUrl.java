package io.baton.cli.cluster;

/** Where an agent's HTTP is. */
public final class AgentUrl {
    private AgentUrl() {}

    /** @param host a name or an address; IPv6 gets its brackets */
    public static String of(String scheme, String host, int port) {
        return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}

package io.baton.core.membership;

/**
 * Where one master listens, as {@code host:port}.
 *
 * @param http for schedulers and operators
 * @param link for agents
 */
public record MasterAddress(String http, String link) {}

package io.baton.resourcemanager.registry;

/** How a master's actors use the registry once it has joined: they propose, and look at this master's copy. Thread-safe. */
public interface Registrar extends RegistryLog {
    /** Random, made when the cluster was founded. */
    String clusterId();

    /** This start of this master. */
    long incarnation();

    /**
     * Whether this master has heard from a majority of the masters lately. If not, what it was granted may be another's
     * by now.
     */
    boolean isFresh();
}

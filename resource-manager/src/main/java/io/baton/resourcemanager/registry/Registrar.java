package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

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

    /**
     * As {@link #read}, of a state that has everything in it that was acknowledged before this was asked: a round to the
     * leader. Fails within seconds without a majority.
     */
    <T> CompletionStage<T> readNewest(Function<RegistryState, T> question);
}

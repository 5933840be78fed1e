package io.baton.core.operation;

import com.google.protobuf.ByteString;
import io.baton.v1.operator.MasterStatus;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The registry of this master, for operators. Thread-safe; never blocks; its stages do not fail. */
public interface RegistryOperations {
    /** What this master says of itself. Asks nobody else. */
    MasterStatus status(Optional<String> problem);

    /** Lets a master of this name become a voter although there are as many as expected. */
    CompletionStage<OperationAnswer> add(String master);

    /** Takes a master that has stopped for good out of the voters and of the registry. */
    CompletionStage<OperationAnswer> remove(String master);

    /** The whole registry, with all that was acknowledged before. */
    CompletionStage<OperationAnswer> save();

    /**
     * Replaces the whole registry but the masters in it; then each master ends with status 75, to start again.
     *
     * @param force also if it holds anything, which is lost then
     */
    CompletionStage<OperationAnswer> restore(ByteString file, boolean force);
}

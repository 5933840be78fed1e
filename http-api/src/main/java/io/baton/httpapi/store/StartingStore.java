package io.baton.httpapi.store;

import com.google.protobuf.ByteString;
import io.baton.core.store.StoreAnswer;
import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** In the store's place while the master's registry starts. */
enum StartingStore implements ValueStore {
    INSTANCE;

    private static final StoreAnswer LATER =
            new StoreAnswer.Unavailable("this master's registry is starting", Duration.ofSeconds(1));

    @Override
    public CompletionStage<StoreAnswer> put(ValueKey key, ByteString value, OptionalLong ifVersion) {
        return CompletableFuture.completedFuture(LATER);
    }

    @Override
    public CompletionStage<StoreAnswer> delete(ValueKey key, OptionalLong ifVersion) {
        return CompletableFuture.completedFuture(LATER);
    }

    @Override
    public CompletionStage<StoreAnswer> get(ValueKey key, boolean newest) {
        return CompletableFuture.completedFuture(LATER);
    }

    @Override
    public CompletionStage<StoreAnswer> list(Range range, String after, int limit, boolean newest) {
        return CompletableFuture.completedFuture(LATER);
    }

    @Override
    public CompletionStage<StoreAnswer> watch(Range range, long after, Duration wait) {
        return CompletableFuture.completedFuture(LATER);
    }
}

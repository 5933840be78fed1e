package io.baton.resourcemanager.store;

import com.google.protobuf.ByteString;
import io.baton.core.store.StoreAnswer;
import io.baton.core.store.StoredValue;
import io.baton.core.store.ValueChange;
import io.baton.core.store.ValueKey;
import io.baton.core.store.ValueStore;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.RegistryListener;
import io.baton.resourcemanager.registry.Replica;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DeleteValue;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.ValueEntry;
import io.baton.resourcemanager.registry.state.Applied;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The state store of schedulers as this master's replica of the registry keeps it. */
public final class RegistryValues implements ValueStore {
    /** Watches that may wait at one master; one more is refused. */
    static final int WATCHES = 1_000;

    private static final String RESERVED = "baton.";

    /** Schedulers leave so many to the masters, which keep there whom operators let in. See {@link Growth}, too. */
    static final int RESERVED_NAMESPACES = 10;

    /** As {@link #RESERVED_NAMESPACES}. */
    static final int RESERVED_BYTES = 1024 * 1024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Replica replica;
    private final Clock clock;
    private final Executor executor;
    private final Growth growth = new Growth();
    private final Changes<CompletableFuture<Void>> changes = new Changes<>();

    private RegistryValues(Replica replica, Clock clock, Executor executor) {
        this.replica = replica;
        this.clock = clock;
        this.executor = executor;
    }

    /** @param executor where those who wait are answered, not on the log's own thread */
    public static RegistryValues of(Replica replica, Clock clock, Executor executor) {
        var values = new RegistryValues(replica, clock, executor);
        replica.follow(
                state -> {
                    values.reset(state);
                    return state.index();
                },
                values.new Listener());
        return values;
    }

    private final class Listener implements RegistryListener {
        @Override
        public void applied(Applied applied) {
            var command = applied.command();
            if (!applied.result().hasDone()) {
                return;
            }
            if (command.hasRestorePart()) {
                replica.read(RegistryValues.this::reset);
                return;
            }
            long version = applied.result().getDone().getVersion();
            if (command.hasPutValue()) {
                changed(
                        new ValueKey(
                                command.getPutValue().getNamespace(),
                                command.getPutValue().getKey()),
                        version);
            } else if (command.hasDeleteValue()) {
                changed(
                        new ValueKey(
                                command.getDeleteValue().getNamespace(),
                                command.getDeleteValue().getKey()),
                        version);
            }
        }

        @Override
        public void replaced() {
            replica.read(RegistryValues.this::reset);
        }
    }

    private void changed(ValueKey key, long version) {
        List<CompletableFuture<Void>> woken;
        synchronized (changes) {
            woken = changes.changed(key, version);
        }
        woken.forEach(one -> one.completeAsync(() -> null, executor));
    }

    private boolean reset(RegistryState state) {
        List<CompletableFuture<Void>> woken;
        synchronized (changes) {
            woken = changes.reset(state.highestEpoch());
        }
        woken.forEach(one -> one.completeAsync(() -> null, executor));
        return true;
    }

    @Override
    public CompletionStage<StoreAnswer> put(ValueKey key, ByteString value, OptionalLong ifVersion) {
        var put = PutValue.newBuilder()
                .setNamespace(key.namespace())
                .setKey(key.key())
                .setValue(value);
        ifVersion.ifPresent(put::setIfVersion);
        var refused = ours(key).or(() -> tooLarge(value)).or(() -> replica.read(state -> noRoom(state, key, value)));
        if (refused.isPresent()) {
            return CompletableFuture.completedFuture(refused.get());
        }
        var begun = replica.read(state -> growth.begin(state, key, value));
        return begun.isEmpty()
                ? CompletableFuture.completedFuture(new StoreAnswer.Unavailable(
                        "there is little room left, and values that are being written may take it: try again", RETRY))
                : propose(Command.newBuilder().setPutValue(put))
                        .whenComplete((answer, failure) -> growth.end(begun.get()));
    }

    @Override
    public CompletionStage<StoreAnswer> delete(ValueKey key, OptionalLong ifVersion) {
        var delete = DeleteValue.newBuilder().setNamespace(key.namespace()).setKey(key.key());
        ifVersion.ifPresent(delete::setIfVersion);
        var refused = ours(key);
        return refused.isPresent()
                ? CompletableFuture.completedFuture(refused.get())
                : propose(Command.newBuilder().setDeleteValue(delete));
    }

    private static Optional<StoreAnswer> ours(ValueKey key) {
        return key.namespace().startsWith(RESERVED)
                ? Optional.of(new StoreAnswer.Refused(
                        false, "namespace: those that begin with '" + RESERVED + "' are the masters' own"))
                : Optional.empty();
    }

    /** The registry would refuse it, too, but only from the log. */
    private static Optional<StoreAnswer> tooLarge(ByteString value) {
        return RegistryLimits.tooLarge(value.size()).map(why -> new StoreAnswer.Refused(true, why));
    }

    /** Before it is proposed: what is refused in the log is part of its format. */
    static Optional<StoreAnswer> noRoom(RegistryState state, ValueKey key, ByteString value) {
        int most = RegistryLimits.NAMESPACES - RESERVED_NAMESPACES;
        if (state.namespaces() >= most && state.values(key.namespace()).isEmpty()) {
            return Optional.of(new StoreAnswer.Refused(true, RegistryLimits.full("namespaces", most)));
        }
        long bytes = RegistryLimits.ALL_VALUES_BYTES - RESERVED_BYTES;
        long added = Growth.added(state, key, value);
        return added > 0 && state.valueBytes() + added > bytes
                ? Optional.of(new StoreAnswer.Refused(true, RegistryLimits.exceeded("all namespaces together", bytes)))
                : Optional.empty();
    }

    private CompletionStage<StoreAnswer> propose(Command.Builder command) {
        return replica.propose(command.setAt(clock.millis()).build()).thenApply(RegistryValues::answer);
    }

    private static StoreAnswer answer(Answer answer) {
        if (answer instanceof Answer.Committed committed) {
            return answer(committed.result());
        }
        if (answer instanceof Answer.Unavailable unavailable) {
            return new StoreAnswer.Unavailable(unavailable.why(), unavailable.retryAfter());
        }
        if (answer instanceof Answer.Unknown unknown) {
            return new StoreAnswer.Unknown(unknown.why());
        }
        throw new AssertionError("no one knows " + answer);
    }

    private static StoreAnswer answer(Result result) {
        return switch (result.getResultCase()) {
            case DONE -> new StoreAnswer.Written(result.getDone().getVersion());
            case CONFLICT -> new StoreAnswer.Conflict(result.getConflict().getVersion());
            case REFUSED -> refused(result.getRefused());
            case GRANTED, RESULT_NOT_SET -> throw new AssertionError("no answer to a write: " + result);
        };
    }

    private static StoreAnswer refused(Refused refused) {
        return switch (refused.getCode()) {
            case NOT_FOUND -> new StoreAnswer.Missing(refused.getMessage());
            case NOT_FOUNDED -> new StoreAnswer.Unavailable(refused.getMessage(), RETRY);
            default -> new StoreAnswer.Refused(refused.getCode() == Refused.Code.FULL, refused.getMessage());
        };
    }

    @Override
    public CompletionStage<StoreAnswer> get(ValueKey key, boolean newest) {
        return read(newest, state -> state.value(key.namespace(), key.key())
                .<StoreAnswer>map(
                        entry -> new StoreAnswer.Page(List.of(stored(entry)), state.highestEpoch(), Optional.empty()))
                .orElseGet(() -> new StoreAnswer.Missing("there is no such value")));
    }

    @Override
    public CompletionStage<StoreAnswer> list(Range range, String after, int limit, boolean newest) {
        return read(newest, state -> page(state, range, after, Math.min(limit, MAX_PAGE)));
    }

    private static StoreAnswer page(RegistryState state, Range range, String after, int limit) {
        var from = after.compareTo(range.prefix()) < 0 ? range.prefix() : after;
        var page = new ArrayList<StoredValue>();
        long bytes = 0;
        for (var entry : state.values(range.namespace()).tailMap(from).values()) {
            if (!range.covers(entry.getKey())) {
                break;
            }
            if (!after.isEmpty() && entry.getKey().equals(after)) {
                continue;
            }
            bytes += entry.getValue().size();
            if (page.size() == limit || (!page.isEmpty() && bytes > MAX_PAGE_BYTES)) {
                return new StoreAnswer.Page(
                        page,
                        state.highestEpoch(),
                        Optional.of(page.get(page.size() - 1).key()));
            }
            page.add(stored(entry));
        }
        return new StoreAnswer.Page(page, state.highestEpoch(), Optional.empty());
    }

    private static StoredValue stored(ValueEntry entry) {
        return new StoredValue(entry.getKey(), entry.getVersion(), entry.getValue());
    }

    private CompletionStage<StoreAnswer> read(boolean newest, Function<RegistryState, StoreAnswer> question) {
        if (!newest) {
            return CompletableFuture.completedFuture(replica.read(question));
        }
        return replica.readNewest(question)
                .exceptionally(failure -> new StoreAnswer.Unavailable(
                        "no master leads the registry: a majority of the masters must be up, or ask for what this"
                                + " master has",
                        RETRY));
    }

    @Override
    public CompletionStage<StoreAnswer> watch(Range range, long after, Duration wait) {
        var woken = new CompletableFuture<Void>();
        synchronized (changes) {
            var now = changes.since(range, after);
            if (now.isEmpty() || !now.get().isEmpty()) {
                woken.complete(null);
            } else if (changes.waiting() >= WATCHES) {
                return CompletableFuture.completedFuture(new StoreAnswer.Unavailable(
                        WATCHES + " watches wait at this master already, which is the limit", RETRY));
            } else {
                changes.await(range, after, woken);
            }
        }
        long millis = Math.min(wait.toMillis(), MAX_WAIT.toMillis());
        return woken.copy()
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .thenApplyAsync(
                        over -> {
                            synchronized (changes) {
                                changes.leave(range, after, woken);
                            }
                            return replica.read(state -> changed(state, range, after));
                        },
                        executor);
    }

    private StoreAnswer changed(RegistryState state, Range range, long after) {
        synchronized (changes) {
            return changes.since(range, after)
                    .<StoreAnswer>map(latest -> {
                        var list = new ArrayList<ValueChange>();
                        latest.forEach((version, key) -> list.add(new ValueChange(
                                key,
                                version,
                                state.value(range.namespace(), key).map(RegistryValues::stored))));
                        return new StoreAnswer.Changed(list, Math.max(after, state.highestEpoch()));
                    })
                    .orElseGet(() -> new StoreAnswer.Expired(
                            "changes after version " + after + " are not kept any more: list the values again"));
        }
    }
}

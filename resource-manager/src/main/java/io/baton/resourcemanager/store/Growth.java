package io.baton.resourcemanager.store;

import com.google.protobuf.ByteString;
import io.baton.core.membership.MasterCount;
import io.baton.core.store.ValueKey;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the puts that are under way at this master add to the registry, as far as is known before they are applied. It
 * is kept to a share of the room that is left, so that all masters' puts together leave alone what is reserved, were there
 * as many masters as there can be.
 *
 * <p>One put always may be under way: of five masters at the last bytes each may take one, which is about what is
 * reserved, of three half of it. A put whose outcome is unknown is not counted any more and may still be applied.
 */
final class Growth {
    /** One put that is under way. */
    record Put(String newNamespace, long bytes) {}

    private final Map<String, Integer> namespaces = new HashMap<>();
    private long bytes;

    /** Counts a put, applied or not, until {@link #end}. Empty if it has to wait for others. */
    synchronized Optional<Put> begin(RegistryState state, ValueKey key, ByteString value) {
        var put = new Put(
                state.values(key.namespace()).isEmpty() ? key.namespace() : "", Math.max(0, added(state, key, value)));
        int places = RegistryLimits.NAMESPACES - RegistryValues.RESERVED_NAMESPACES - state.namespaces();
        long room = RegistryLimits.ALL_VALUES_BYTES - RegistryValues.RESERVED_BYTES - state.valueBytes();
        boolean joins = put.newNamespace().isEmpty() || namespaces.containsKey(put.newNamespace());
        boolean mayTakeNamespace = joins || namespaces.isEmpty() || namespaces.size() + 1 <= places / MasterCount.MOST;
        boolean mayTakeBytes = put.bytes() == 0 || bytes == 0 || bytes + put.bytes() <= room / MasterCount.MOST;
        if (!mayTakeNamespace || !mayTakeBytes) {
            return Optional.empty();
        }
        if (!put.newNamespace().isEmpty()) {
            namespaces.merge(put.newNamespace(), 1, Integer::sum);
        }
        bytes += put.bytes();
        return Optional.of(put);
    }

    /** How many bytes the registry has more once this value is in it; less than 0 if it replaces a larger one. */
    static long added(RegistryState state, ValueKey key, ByteString value) {
        return state.valueGrowth(key.namespace(), key.key(), value.size());
    }

    synchronized void end(Put put) {
        namespaces.computeIfPresent(put.newNamespace(), (name, count) -> count == 1 ? null : count - 1);
        bytes -= put.bytes();
    }
}

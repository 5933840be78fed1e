package io.baton.resourcemanager.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.membership.MasterCount;
import io.baton.core.store.ValueKey;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.ValueEntry;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Puts in the same moment, none of which is applied yet. */
class GrowthTest {
    private static final ByteString SMALL = ByteString.copyFromUtf8("v");
    private static final ByteString LARGE = ByteString.copyFrom(new byte[RegistryLimits.VALUE_BYTES]);

    private final RegistryState state = new RegistryState();
    private final Growth growth = new Growth();

    private void has(int namespaces, int bytes) {
        var saved = Snapshot.newBuilder().setClusterId("c");
        for (int i = 0; i < namespaces; i++) {
            saved.addValues(ValueEntry.newBuilder()
                    .setNamespace("n" + i)
                    .setKey("k")
                    .setVersion(1)
                    .setValue(i == 0 ? ByteString.copyFrom(new byte[bytes]) : SMALL));
        }
        state.load(saved.buildPartial());
    }

    private Optional<Growth.Put> begin(String namespace, String key, ByteString value) {
        return growth.begin(state, new ValueKey(namespace, key), value);
    }

    @Test
    void whatAPutAddsIsWhatTheRegistryHasMoreAfterIt() {
        has(2, 10);

        for (var key : List.of(new ValueKey("n0", "k"), new ValueKey("n0", "other"), new ValueKey("new", "first"))) {
            long before = state.valueBytes();
            long added = Growth.added(state, key, SMALL);
            state.apply(
                    Command.newBuilder()
                            .setAt(1)
                            .setPutValue(PutValue.newBuilder()
                                    .setNamespace(key.namespace())
                                    .setKey(key.key())
                                    .setValue(SMALL))
                            .build(),
                    state.index() + 1);

            assertThat(state.valueBytes() - before).as("%s", key).isEqualTo(added);
        }
    }

    @Test
    void theLastNamespaceIsTakenOnce() {
        has(RegistryLimits.NAMESPACES - RegistryValues.RESERVED_NAMESPACES - 1, 1);

        var first = begin("new", "k", SMALL);
        assertThat(first).isPresent();
        assertThat(begin("another", "k", SMALL)).isEmpty();
        assertThat(begin("n0", "another", SMALL)).as("in an old one").isPresent();
        var second = begin("new", "another", SMALL);
        assertThat(second).as("in the same one").isPresent();

        growth.end(first.get());
        assertThat(begin("another", "k", SMALL)).isEmpty();
        growth.end(second.get());
        assertThat(begin("another", "k", SMALL)).isPresent();
    }

    @Test
    void theLastBytesAreTakenOnce() {
        has(1, RegistryLimits.ALL_VALUES_BYTES - RegistryValues.RESERVED_BYTES - LARGE.size() - 10);

        var first = begin("n0", "a", LARGE);
        assertThat(first).isPresent();
        assertThat(begin("n0", "b", LARGE)).isEmpty();
        assertThat(begin("n0", "b", SMALL)).isEmpty();
        assertThat(begin("n0", "k", SMALL)).as("less is always right").isPresent();

        growth.end(first.get());
        assertThat(begin("n0", "b", LARGE)).isPresent();
    }

    @Test
    void allMastersTogetherLeaveWhatIsReserved() {
        has(900, 1);
        var taken = new ArrayList<Growth.Put>();
        for (int i = 0; i < 1_000; i++) {
            begin("new" + i, "k", LARGE).ifPresent(taken::add);
        }

        assertThat(List.copyOf(taken)).hasSize((990 - 900) / MasterCount.MOST);
        for (int i = 0; i < 1_000; i++) {
            begin("n1", "k" + i, LARGE).ifPresent(taken::add);
        }
        assertThat(taken.stream().mapToLong(Growth.Put::bytes).sum() * MasterCount.MOST)
                .isBetween(RegistryLimits.ALL_VALUES_BYTES / 2L, (long) RegistryLimits.ALL_VALUES_BYTES);
    }
}

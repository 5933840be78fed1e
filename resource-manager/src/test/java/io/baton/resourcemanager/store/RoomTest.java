package io.baton.resourcemanager.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.store.ValueKey;
import io.baton.resourcemanager.registry.Admissions;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.ValueEntry;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.registry.state.RegistryState;
import org.junit.jupiter.api.Test;

/** However much schedulers keep, operators can let masters in. */
class RoomTest {
    private static final ByteString SMALL = ByteString.copyFromUtf8("v");

    private final RegistryState state = new RegistryState();
    private final Snapshot.Builder saved = Snapshot.newBuilder().setClusterId("c");

    private void add(String namespace, ByteString value) {
        saved.addValues(ValueEntry.newBuilder()
                .setNamespace(namespace)
                .setKey("k")
                .setVersion(1)
                .setValue(value));
    }

    private boolean hasRoom(String namespace, String key, ByteString value) {
        return RegistryValues.noRoom(state, new ValueKey(namespace, key), value).isEmpty();
    }

    private void assertThatOperatorsHaveRoom() {
        var admit = Admissions.admit("m").setAt(1).build();
        assertThat(state.apply(admit, 2).result().hasDone()).isTrue();
    }

    @Test
    void namespacesAreLeftToTheMasters() {
        for (int i = 0; i < RegistryLimits.NAMESPACES - RegistryValues.RESERVED_NAMESPACES; i++) {
            add("n" + i, SMALL);
        }
        state.load(saved.buildPartial());

        assertThat(hasRoom("one-more", "k", SMALL)).isFalse();
        assertThat(hasRoom("n0", "another", SMALL)).isTrue();
        assertThatOperatorsHaveRoom();
    }

    @Test
    void bytesAreLeftToTheMasters() {
        var most = RegistryLimits.ALL_VALUES_BYTES - RegistryValues.RESERVED_BYTES - "k".length();
        add("n", ByteString.copyFrom(new byte[most - 1]));
        state.load(saved.buildPartial());

        assertThat(hasRoom("n", "k", ByteString.copyFrom(new byte[most]))).isTrue();
        assertThat(hasRoom("n", "k", ByteString.copyFrom(new byte[most + 1]))).isFalse();
        assertThat(hasRoom("n", "k", SMALL)).as("less is always right").isTrue();
        assertThat(hasRoom("n", "another", SMALL)).isFalse();
        assertThatOperatorsHaveRoom();
    }
}

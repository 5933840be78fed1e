package io.baton.resourcemanager.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class SnapshotFileTest {
    private static final byte[] CONTENT = {1, 2, 3};
    private final ByteString file = SnapshotFile.write(CONTENT);

    @Test
    void givesBackWhatWasSaved() {
        assertThat(SnapshotFile.read(file)).isEqualTo(CONTENT);
    }

    @Test
    void refusesWhatIsDamagedOrNoSnapshot() {
        var flipped = file.toByteArray();
        flipped[flipped.length - 1] ^= 1;

        assertThatThrownBy(() -> SnapshotFile.read(ByteString.copyFrom(flipped)))
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() -> SnapshotFile.read(file.substring(0, file.size() - 1)))
                .hasMessageContaining("is damaged");
        assertThatThrownBy(() -> SnapshotFile.read(file.substring(0, 40))).hasMessageContaining("only the beginning");
        assertThatThrownBy(() -> SnapshotFile.read(ByteString.EMPTY)).hasMessageContaining("no file of");
    }
}

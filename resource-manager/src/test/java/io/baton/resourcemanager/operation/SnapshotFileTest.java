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
        assertThat(SnapshotFile.read(file).toByteArray()).isEqualTo(CONTENT);
    }

    @Test
    void refusesWhatWouldBeManyTimesLargerOnceItIsRead() {
        var entry = new byte[] {(5 << 3) | 2, 0};
        var bytes = new byte[2_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = entry[i % 2];
        }

        assertThat(SnapshotFile.problemOf(ByteString.copyFrom(bytes), 256L * 1_000_000))
                .isEmpty();
        assertThat(SnapshotFile.problemOf(ByteString.copyFrom(bytes), 256L * 999_999))
                .hasValueSatisfying(why -> assertThat(why).contains("more than 999999"));
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

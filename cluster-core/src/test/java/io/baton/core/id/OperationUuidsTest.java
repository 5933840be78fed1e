package io.baton.core.id;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationUuidsTest {
    @Test
    void sixteenBytesNameAnOperationWhereverTheyAreMade() {
        var uuid = OperationUuids.of("m-S0-X7");

        assertThat(uuid.getValue().size()).isEqualTo(16);
        assertThat(uuid).isEqualTo(OperationUuids.of("m-S0-X7"));
        assertThat(uuid).isNotEqualTo(OperationUuids.of("m-S0-X8"));
        var bytes = uuid.getValue().asReadOnlyByteBuffer();
        assertThat(new java.util.UUID(bytes.getLong(), bytes.getLong()).version())
                .isEqualTo(3);
    }
}

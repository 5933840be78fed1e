package io.baton.benchmarks.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void areDifferentAndHigh() throws IOException {
        var ports = FreePorts.some(20);

        assertThat(ports).hasSize(20).doesNotHaveDuplicates().allMatch(port -> port >= 10_000);
    }
}

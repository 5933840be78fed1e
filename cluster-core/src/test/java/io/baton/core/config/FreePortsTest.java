package io.baton.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void areDifferentAndHigh() throws IOException {
        var ports = FreePorts.some(20);

        assertThat(ports).hasSize(20).doesNotHaveDuplicates().allMatch(port -> port >= 10_000);
    }

    @Test
    void areNoneThatTheKernelGivesToConnections() throws IOException {
        var text = new byte[64];
        int length;
        try (var in = Files.newInputStream(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
            length = in.read(text);
        }
        var given =
                new String(text, 0, length, StandardCharsets.US_ASCII).strip().split("\\s+");

        assertThat(FreePorts.some(500))
                .noneMatch(port -> port >= Integer.parseInt(given[0]) && port <= Integer.parseInt(given[1]));
    }
}

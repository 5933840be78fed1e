package io.baton.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "host-1, host-1:5051",
        "10.0.0.1, 10.0.0.1:5051",
        "0:0:0:0:0:0:0:1, [0:0:0:0:0:0:0:1]:5051",
        "::1, [::1]:5051"
    })
    void isPartOfAUrlAndComesApartAgain(String host, String together) {
        assertThat(HostPort.of(host, 5051)).isEqualTo(together);
        assertThat(HostPort.of(HostPort.of(host, 5051).replaceFirst(":5051$", ""), 5051))
                .isEqualTo(together);
        assertThat(HostPort.host(together)).isEqualTo(host);
        assertThat(HostPort.port(together)).isEqualTo(5051);
        assertThat(URI.create("http://" + together + "/x")).hasPort(5051);
        assertThat(HostPort.isWritten(together)).isTrue();
    }

    @ParameterizedTest(name = "''{0}''")
    @ValueSource(
            strings = {"", "host", ":1", "host:", "host:x", "host:65536", "::1:5051", "[host]:1", "a b:1", "a/b:1"})
    void otherTextIsNone(String text) {
        assertThat(HostPort.isWritten(text)).isFalse();
    }

    @ParameterizedTest(name = "''{0}'': {1}")
    @CsvSource({"0.0.0.0, true", "::, true", "127.0.0.1, false", "::1, false", "host-1, false", "'', false"})
    void whoListensOnAllInterfacesIsReachedAtNone(String address, boolean everywhere) {
        assertThat(HostPort.isEverywhere(address)).isEqualTo(everywhere);
    }
}

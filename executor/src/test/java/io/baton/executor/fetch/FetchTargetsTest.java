package io.baton.executor.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.executor.probe.HostProbe;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetchTargetsTest {
    @ParameterizedTest
    @CsvSource({
        "169.254.0.0/16,169.254.169.254,true",
        "169.254.0.0/16,169.253.255.255,false",
        "127.0.0.0/8,127.9.9.9,true",
        "fe80::/10,fe80::1,true",
        "fe80::/10,febf::1,true",
        "fe80::/10,fec0::1,false",
        "::1,::1,true",
        "10.0.0.0/8,::1,false",
        "0.0.0.0/0,8.8.8.8,true"
    })
    void aNetworkHoldsItsAddresses(String network, String address, boolean refused) {
        var targets = new FetchTargets(Set.of("http"), List.of(FetchTargets.network(network, HostProbe::literal)));

        assertThat(targets.refusalOf("h", HostProbe.literal(address)).isPresent())
                .isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "10.0.0.0/33", "::/129", "10.0.0.0/x", "10.0.0.0/8/8"})
    void whatIsNoNetworkIsNamed(String text) {
        assertThatThrownBy(() -> FetchTargets.network(text, HostProbe::literal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}

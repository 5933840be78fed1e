package io.baton.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBlockTest {
    @ParameterizedTest(name = "{0} counts as {1}")
    @CsvSource(delimiter = '|', textBlock = """
        192.0.2.7            | 192.0.2.7
        ::ffff:192.0.2.7     | 192.0.2.7
        2001:db8:1:2::7      | 2001:db8:1:2::
        2001:db8:1:2:a:b:c:d | 2001:db8:1:2::
        2001:db8:1:3::7      | 2001:db8:1:3::
        ::1                  | ::1
        127.0.0.1            | 127.0.0.1
        """)
    void anAddressOfVersionSixCountsWithAllThatItsHostMayUse(String address, String block) throws Exception {
        assertThat(AddressBlock.of(InetAddress.getByName(address))).isEqualTo(InetAddress.getByName(block));
    }
}

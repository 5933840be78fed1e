package io.baton.distribution.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnAddressTest {
    @ParameterizedTest(name = "{0} for one that listens on {1}")
    @CsvSource(delimiter = '|', textBlock = """
            localhost       | 0.0.0.0   | true
            localhost       | 10.0.0.1  | true
            127.0.1.1       | 0.0.0.0   | true
            127.0.0.2       | 127.0.0.2 | true
            127.0.0.3       | 127.0.0.2 | false
            192.0.2.1       | 0.0.0.0   | false
            192.0.2.1       | 192.0.2.1 | true
            nowhere.invalid | 0.0.0.0   | false
            """)
    void anOwnNameIsKnown(String name, String listening, boolean own) {
        assertThat(OwnAddress.isMeantBy(name, listening)).isEqualTo(own);
    }

    @ParameterizedTest(name = "{0}, IPv6 {1}")
    @CsvSource(delimiter = '|', textBlock = """
            127.0.1.1 10.0.0.7             | false | 10.0.0.7
            fe80::1 169.254.3.4 10.0.0.7   | false | 10.0.0.7
            2001:db8::1 10.0.0.7           | true  | 10.0.0.7
            2001:db8::1                    | true  | 2001:db8:0:0:0:0:0:1
            2001:db8::1                    | false | ''
            127.0.0.1 ::1 0.0.0.0          | true  | ''
            """)
    void isOneThatOthersCouldUse(String addresses, boolean six, String best) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (var address : addresses.split(" ")) {
            all.add(InetAddress.getByName(address));
        }

        assertThat(OwnAddress.best(all, six).map(InetAddress::getHostAddress).orElse(""))
                .isEqualTo(best);
    }
}

package io.baton.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Address;
import io.baton.v1.MasterInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterHttpTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1, master@10.0.0.1:5050", "fd00::1, master@[fd00::1]:5050", ", master@m1:5050"})
    void thePidOfAMasterHasItsAddressAndNotItsName(String ip, String pid) {
        var info = MasterInfo.newBuilder().setId("m").setIp(0).setPort(0).setHostname("m1");
        if (ip != null) {
            info.setAddress(Address.newBuilder().setHostname("m1").setIp(ip).setPort(0));
        }

        var shown = MasterHttp.withPort(info.build(), 5050);

        assertThat(shown.getPid()).isEqualTo(pid);
        assertThat(shown.getHostname()).isEqualTo("m1");
    }
}

package io.baton.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterUrlsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        http://a:5050                    | http://a:5050/api/v1/scheduler
        http://a:5050/                   | http://a:5050/api/v1/scheduler
        http://a                         | http://a:5050/api/v1/scheduler
        a                                | http://a:5050/api/v1/scheduler
        a:81                             | http://a:81/api/v1/scheduler
        10.0.0.1:5050                    | http://10.0.0.1:5050/api/v1/scheduler
        http://[::1]:5050                | http://[::1]:5050/api/v1/scheduler
        https://a                        | https://a/api/v1/scheduler
        https://a/cluster                | https://a/cluster/api/v1/scheduler
        http://a:5050/api/v1/scheduler   | http://a:5050/api/v1/scheduler
        """)
    void takesWhatPeopleWrite(String text, String endpoint) {
        assertThat(MasterUrls.endpoints(text)).containsExactly(URI.create(endpoint));
    }

    @Test
    void takesSeveralInOneText() {
        assertThat(MasterUrls.endpoints("a:1, b:2,")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ftp://a             | its scheme is ftp
        http://a b          | Illegal character
        http://:5050        | it names no host
        http://u:p@a        | credentials have a setting of their own
        http://a?x=1        | more than host, port and path
        ''                  | it is empty
        """)
    void saysWhatIsWrongAndHowToWriteIt(String text, String why) {
        assertThatThrownBy(() -> MasterUrls.endpoints(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is not the URL of a master")
                .hasMessageContaining(why)
                .hasMessageEndingWith("Write it as http://host:5050");
    }
}

package io.baton.executor.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "http://h/x?checksum=sha256:HEX, http://h/x",
        "http://h/x?a=b&checksum=sha256:HEX, http://h/x?a=b",
        "http://h/x?checksum=sha256:HEX&a=b&c=d, http://h/x?a=b&c=d",
        "http://h/x?a=b&checksum=sha256:HEX&c=d#f, http://h/x?a=b&c=d#f",
        "/path/x?checksum=sha256:HEX, /path/x",
    })
    void isTakenOffTheUri(String uri, String plain) {
        var split = Checksum.split(uri.replace("HEX", HEX));

        assertThat(split.uri()).isEqualTo(plain);
        assertThat(split.checksum()).contains(new Checksum("sha256", HEX));
        assertThat(split.problem()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://h/x", "http://h/x?checksum=17", "http://h/x#checksum=sha256:00", "http://h/checksum=sha256:00"})
    void isNotSeenWhereThereIsNone(String uri) {
        assertThat(Checksum.split(uri)).isEqualTo(new Checksum.Split(uri, Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/x?checksum=md5:00, only sha256 and sha512",
        "http://h/x?checksum=sha256:00, must be followed by 64 hexadecimal digits",
        "http://h/x?checksum=sha512:zz, must be followed by 128 hexadecimal digits",
    })
    void isRefusedByName(String uri, String why) {
        assertThat(Checksum.split(uri).problem().orElse("")).contains(why);
    }

    @Test
    void mayBeWrittenInCapitals() {
        assertThat(Checksum.split("http://h/x?checksum=sha256:" + HEX.toUpperCase(java.util.Locale.ROOT))
                        .checksum())
                .contains(new Checksum("sha256", HEX));
        assertThat(new Checksum("sha512", "").javaName()).isEqualTo("SHA-512");
    }
}

package io.baton.httpapi.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void cutsBeforeACharacterThatIsNotWhole() {
        var text = "aä€😀".getBytes(StandardCharsets.UTF_8);
        int[] whole = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
        for (int length = 0; length <= text.length; length++) {
            assertThat(Utf8.wholeCharacters(Arrays.copyOf(text, length)))
                    .as("of %d bytes", length)
                    .isEqualTo(whole[length]);
        }
    }

    @Test
    void letsBytesPassThatAreNoText() {
        var noise = new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80};
        assertThat(Utf8.wholeCharacters(noise)).isEqualTo(5);
        assertThat(Utf8.wholeCharacters(new byte[] {(byte) 0xe2, (byte) 0x82})).isEqualTo(2);
    }
}

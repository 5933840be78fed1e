package io.baton.protocol.recordio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordIoTest {
    private static final int LIMIT = 1000;

    @ParameterizedTest(name = "\"{0}\"")
    @CsvSource(delimiter = '|', textBlock = """
            ''         | '0;'
            x          | '1;x'
            0123456789 | '10;0123456789'
            """)
    void framesAPayload(String payload, String record) {
        var bytes = payload.getBytes(US_ASCII);

        assertThat(new String(RecordIo.encode(bytes), US_ASCII)).isEqualTo(record.replace(';', '\n'));
        assertThat(RecordIo.encode(ByteString.copyFrom(bytes))).isEqualTo(RecordIo.encode(bytes));
    }

    // ';' stands for a line feed; records are shown in brackets
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', textBlock = """
            '3;abc'            | [abc]
            '3;abc0;2;de'      | [abc][][de]
            '007;0123456'      | [0123456]
            '1;;'              | [;]
            ''                 | ''
            """)
    void takesRecordsHoweverTheyAreCut(String stream, String records) throws RecordIoException {
        for (int size = 1; size <= Math.max(1, stream.length()); size++) {
            var decoder = new RecordIoDecoder(LIMIT);

            assertThat(shown(fed(decoder, stream, size)))
                    .as("chunks of %d", size)
                    .isEqualTo(records);
            decoder.finish();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            'x;'            | length of a record is not a number: found 'x' after 0 digits
            '-1;'           | length of a record is not a number: found '-' after 0 digits
            '+1;x'          | length of a record is not a number: found '+' after 0 digits
            ' 1;x'          | length of a record is not a number: found byte 0x20 after 0 digits
            '1 ;x'          | length of a record is not a number: found byte 0x20 after 1 digits
            '1.0;x'         | length of a record is not a number: found '.' after 1 digits
            ';'             | length of a record is not a number: found byte 0x0a after 0 digits
            '{"a":1}'       | length of a record is not a number: found '{' after 0 digits
            '1000000000000;'| length of a record has more than 10 digits
            '00000000000'   | length of a record has more than 10 digits
            '1001;'         | record of 1001 bytes is over the limit of 1000 bytes
            '9999999999;'   | record of 9999999999 bytes is over the limit of 1000 bytes
            """)
    void refusesWhatIsNoRecord(String stream, String refusal) {
        for (int size = 1; size <= stream.length(); size++) {
            var decoder = new RecordIoDecoder(LIMIT);
            int chunk = size;

            assertThatThrownBy(() -> fed(decoder, stream, chunk))
                    .isInstanceOf(RecordIoException.class)
                    .hasMessage(refusal);
            assertThatThrownBy(() -> decoder.feed(new byte[0])).hasMessage(refusal);
            assertThatThrownBy(decoder::finish).hasMessage(refusal);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            '3;ab'    | stream ended after 2 of the 3 bytes of a record
            '3;'      | stream ended after 0 of the 3 bytes of a record
            '1;x12'   | stream ended inside the length of a record
            """)
    void saysWhenTheStreamEndedInsideARecord(String stream, String refusal) throws RecordIoException {
        var decoder = new RecordIoDecoder(LIMIT);
        fed(decoder, stream, stream.length());

        assertThatThrownBy(decoder::finish)
                .isInstanceOf(RecordIoException.class)
                .hasMessage(refusal);
    }

    @Test
    void handsOutTheRecordsBeforeABrokenPlace() throws RecordIoException {
        var decoder = new RecordIoDecoder(LIMIT);

        assertThat(shown(fed(decoder, "1;a1;bxyz", 9))).isEqualTo("[a][b]");
        assertThatThrownBy(() -> decoder.feed(new byte[0])).hasMessageContaining("found 'x'");
    }

    @Test
    void takesARecordOfExactlyTheLimit() throws RecordIoException {
        var decoder = new RecordIoDecoder(LIMIT);

        assertThat(decoder.feed(RecordIo.encode(new byte[LIMIT]))).hasSize(1);
    }

    @Test
    void doesNotAllocateWhatWasOnlyAnnounced() throws RecordIoException {
        List<RecordIoDecoder> decoders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            var decoder = new RecordIoDecoder(Integer.MAX_VALUE);
            decoder.feed("2147483647\nx".getBytes(US_ASCII));
            decoders.add(decoder);
        }

        assertThat(decoders).allSatisfy(decoder -> assertThatThrownBy(decoder::finish)
                .hasMessage("stream ended after 1 of the 2147483647 bytes of a record"));
    }

    @Property(tries = 200)
    void givesBackWhatWasFramed(
            @ForAll List<byte[]> payloads, @ForAll @Size(min = 1) List<@IntRange(max = 40) Integer> cuts)
            throws RecordIoException {
        var stream = new ByteArrayOutputStream();
        payloads.forEach(payload -> stream.writeBytes(RecordIo.encode(payload)));
        var bytes = stream.toByteArray();
        var decoder = new RecordIoDecoder(LIMIT);
        List<byte[]> records = new ArrayList<>();
        for (int at = 0, cut = 0; at < bytes.length; cut++) {
            int count = Math.min(1 + cuts.get(cut % cuts.size()), bytes.length - at);
            records.addAll(decoder.feed(bytes, at, count));
            at += count;
        }
        decoder.finish();

        assertThat(records.toArray(byte[][]::new)).isDeepEqualTo(payloads.toArray(byte[][]::new));
    }

    private static List<byte[]> fed(RecordIoDecoder decoder, String stream, int size) throws RecordIoException {
        var bytes = stream.replace(';', '\n').getBytes(US_ASCII);
        List<byte[]> records = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            records.addAll(decoder.feed(bytes, at, Math.min(size, bytes.length - at)));
        }
        return records;
    }

    private static String shown(List<byte[]> records) {
        var shown = new StringBuilder();
        records.forEach(record -> shown.append('[')
                .append(new String(record, US_ASCII).replace('\n', ';'))
                .append(']'));
        return shown.toString();
    }
}

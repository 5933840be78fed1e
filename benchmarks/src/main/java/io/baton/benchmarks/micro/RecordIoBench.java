package io.baton.benchmarks.micro;

import io.baton.protocol.recordio.RecordIo;
import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.protocol.recordio.RecordIoException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** RecordIO, of records of 1 KiB. */
@State(Scope.Thread)
public class RecordIoBench {
    private static final int RECORD_BYTES = 1024;

    private final byte[] payload = new byte[RECORD_BYTES];
    private final byte[] record = RecordIo.encode(payload);
    private final RecordIoDecoder decoder = new RecordIoDecoder(RecordIo.DEFAULT_MAX_RECORD_BYTES);

    @Benchmark
    public byte[] encodeRecord() {
        return RecordIo.encode(payload);
    }

    @Benchmark
    public List<byte[]> decodeRecord() throws RecordIoException {
        return decoder.feed(record);
    }
}

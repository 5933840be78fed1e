package io.baton.httpapi.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.httpapi.server.BodyBudget;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.recordio.RecordIo;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.ProcessIO;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** What inputs of containers may take of an agent's memory, whoever sends them and however slowly. */
class ProcessInputTest {
    private static final int MIB = 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    /** Of which bodies may take four MiB. */
    private final BodyBudget budget = new BodyBudget(16 * MIB);

    /** What the process was given and has not read. */
    private final List<ContainerProtocol.Input> unread = new ArrayList<>();

    private ProcessInput input() {
        return new ProcessInput(Encoding.PROTOBUF, this::hear, Optional.empty(), budget);
    }

    private void hear(ContainerProtocol message) {
        if (message instanceof ContainerProtocol.Attach m) {
            m.answer().complete(Optional.of(new Attachment(Path.of("box"), true, new CompletableFuture<>())));
        } else if (message instanceof ContainerProtocol.Input m) {
            unread.add(m);
        }
    }

    private static Call.Builder call() {
        return Call.newBuilder().setType(Call.Type.ATTACH_CONTAINER_INPUT);
    }

    private static ByteString first() {
        var call = call();
        call.getAttachContainerInputBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .getContainerIdBuilder()
                .setValue("c");
        return ByteString.fromArray(RecordIo.encode(call.build().toByteArray()));
    }

    private static ByteString data(int bytes) {
        var call = call();
        call.getAttachContainerInputBuilder()
                .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                .getProcessIoBuilder()
                .setType(ProcessIO.Type.DATA)
                .getDataBuilder()
                .setType(ProcessIO.Data.Type.STDIN)
                .setData(com.google.protobuf.ByteString.copyFrom(new byte[bytes]));
        return ByteString.fromArray(RecordIo.encode(call.build().toByteArray()));
    }

    private static boolean refused(ProcessInput input, int status) {
        var answer = input.refused().toCompletableFuture();
        return answer.isDone() && answer.join().status().intValue() == status;
    }

    /** Sends all of a record of one MiB but its last bytes. */
    private static void beginRecord(ProcessInput input) {
        input.take(ByteString.fromArray((MIB + "\n").getBytes(US_ASCII)));
        for (int sent = 0; sent < MIB - PIECE; sent += PIECE) {
            input.take(ByteString.fromArray(new byte[PIECE]));
        }
    }

    @Test
    void recordsThatAreNotCompleteCountTogether() {
        List<ProcessInput> inputs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            var input = input();
            input.take(first());
            beginRecord(input);
            inputs.add(input);
        }

        assertThat(inputs.stream().filter(input -> refused(input, 503))).hasSize(36);
        assertThat(budget.taken()).isBetween(3L * MIB, 4L * MIB);

        inputs.forEach(ProcessInput::end);
        assertThat(budget.taken()).isZero();
    }

    @Test
    void aRecordCountsUntilItsProcessHasReadIt() {
        var input = input();
        input.take(first());
        assertThat(budget.taken()).isZero();

        var taken = input.take(data(MIB / 2)).toCompletableFuture();
        assertThat(budget.taken()).isGreaterThan(MIB / 2);
        while (!taken.isDone()) {
            unread.remove(0).answer().complete(CallAnswer.OK);
        }

        assertThat(budget.taken()).isZero();
        assertThat(refused(input, 503)).isFalse();
    }

    @Test
    void whatBecomesOfARecordCountsToo() {
        var other = budget.share();
        assertThat(other.holds(4L * MIB - PIECE)).isTrue();
        var input = input();
        input.take(first());

        // Ten thousand empty messages: twenty thousand bytes, and more than a million once they are read.
        var record = new byte[20_000];
        for (int i = 0; i < record.length; i += 2) {
            record[i] = (byte) (Call.LAUNCH_CONTAINER_FIELD_NUMBER << 3 | 2);
        }
        input.take(ByteString.fromArray(RecordIo.encode(record)));

        assertThat(refused(input, 503)).isTrue();
        assertThat(budget.taken()).isEqualTo(4L * MIB - PIECE);
    }

    @Test
    void theFirstRecordIsShortAndComesSoon() {
        var late = input();
        late.take(first().dropRight(1));
        late.due();
        assertThat(refused(late, 408)).isTrue();

        var inTime = input();
        inTime.take(first());
        inTime.due();
        assertThat(inTime.refused().toCompletableFuture()).isNotDone();

        var large = input();
        large.take(ByteString.fromArray("16385\n".getBytes(US_ASCII)));
        assertThat(refused(large, 400)).isTrue();
    }

    @Test
    void whatComesAfterARefusalIsNotKept() {
        var input = input();
        input.take(ByteString.fromArray("x".getBytes(US_ASCII)));
        assertThat(refused(input, 400)).isTrue();

        beginRecord(input);

        assertThat(budget.taken()).isZero();
    }
}

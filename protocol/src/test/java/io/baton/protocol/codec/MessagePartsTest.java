package io.baton.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.baton.protocol.codec.MalformedMessageException.Kind;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerStatus;
import io.baton.v1.Environment;
import io.baton.v1.HealthCheck;
import io.baton.v1.NetworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.scheduler.Call;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessagePartsTest {
    private static final int MANY = 4_000_000;
    private static final long MIB = 1024 * 1024;

    private static TaskInfo.Builder task(int variables) {
        var command = CommandInfo.newBuilder().setValue("true");
        for (int i = 0; i < variables; i++) {
            command.getEnvironmentBuilder()
                    .addVariables(
                            Environment.Variable.newBuilder().setName("n" + i).setValue("v"));
        }
        var task = TaskInfo.newBuilder().setName("t").setCommand(command);
        task.getTaskIdBuilder().setValue("t");
        task.getAgentIdBuilder().setValue("a");
        return task;
    }

    private static Call.Builder accept(int tasks, int variables) {
        var call = Call.newBuilder().setType(Call.Type.ACCEPT);
        call.getFrameworkIdBuilder().setValue("f");
        var operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        for (int i = 0; i < tasks; i++) {
            operation.getLaunchBuilder().addTaskInfos(task(variables));
        }
        call.getAcceptBuilder().addOperations(operation);
        return call;
    }

    @Test
    void countsMessagesAndElementsOfLists() {
        // framework_id, accept, operations, launch, task_infos; of the task: task_id, agent_id, command, environment.
        assertThat(count(accept(1, 0))).isEqualTo(5 + 3);
        assertThat(count(accept(1, 10))).isEqualTo(5 + 4 + 10);
        assertThat(count(accept(3, 2))).isEqualTo(4 + 3 * (5 + 2));
    }

    private static long count(Call.Builder call) {
        return MessageParts.count(call.build().toByteArray(), Call.getDescriptor(), Long.MAX_VALUE);
    }

    @Test
    void countsTextsInListsAndWhatItDoesNotKnow() {
        var network = NetworkInfo.newBuilder().addGroups("a").addGroups("b");
        var status = ContainerStatus.newBuilder().addNetworkInfos(network).build();

        assertThat(MessageParts.count(status.toByteArray(), ContainerStatus.getDescriptor(), 100))
                .isEqualTo(3);
        assertThat(MessageParts.count(new byte[] {(byte) 0x98, 6, 1, (byte) 0x98, 6, 1}, Call.getDescriptor(), 100))
                .isEqualTo(2);
    }

    /** Call.type is an enum: a parser keeps what it cannot take for one, each by itself. */
    @Test
    void countsWhatIsNotWrittenAsItsFieldIs() {
        byte[] text = {18, 1, 7, 18, 1, 7};
        byte[] unknownValue = {16, 99, 16, 99, 16, 99};
        byte[] known = {16, 1, 16, 1};

        assertThat(MessageParts.count(text, Call.getDescriptor(), 100)).isEqualTo(2);
        assertThat(MessageParts.count(unknownValue, Call.getDescriptor(), 100)).isEqualTo(3);
        assertThat(MessageParts.count(known, Call.getDescriptor(), 100)).isZero();
    }

    /** CheckStatusInfo's and others' lists of numbers may come in one piece, which says how long it is. */
    @Test
    void aLengthThatIsALieCountsAsWhatIsThere() {
        var type = HealthCheck.HTTPCheckInfo.getDescriptor();
        int tag = type.findFieldByName("statuses").getNumber() << 3 | 2;
        byte[] negative = {(byte) tag, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8};
        byte[] tooLong = {(byte) tag, (byte) 0xff, (byte) 0xff, 3, 1, 2, 3};
        byte[] right = {(byte) tag, 3, 1, 2, 3};

        assertThat(MessageParts.count(negative, type, 100)).isBetween(0L, 1L);
        assertThat(MessageParts.count(tooLong, type, 100)).isBetween(3L, 4L);
        assertThat(MessageParts.count(right, type, 100)).isBetween(3L, 4L);
    }

    @Test
    void stopsAtTheLimitAndAtWhatIsBroken() {
        var bytes = accept(1000, 0).build().toByteArray();

        assertThat(MessageParts.count(bytes, Call.getDescriptor(), 50)).isBetween(51L, 60L);
        assertThat(MessageParts.count(java.util.Arrays.copyOf(bytes, 40), Call.getDescriptor(), 50))
                .isLessThan(50);
        assertThat(MessageParts.count(ByteString.copyFrom(bytes), Call.getDescriptor(), 10_000))
                .isEqualTo(4 + 1000 * 4);
    }

    /** Each element takes two or three bytes of the text. */
    private static byte[] empties(Encoding encoding) {
        var out = new ByteArrayOutputStream();
        if (encoding == Encoding.JSON) {
            out.writeBytes("{\"type\":\"ACCEPT\",\"accept\":{\"operations\":[{}".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < MANY; i++) {
                out.writeBytes(new byte[] {',', '{', '}'});
            }
            out.writeBytes("]}}".getBytes(StandardCharsets.UTF_8));
        } else {
            for (int i = 0; i < MANY; i++) {
                out.writeBytes(new byte[] {Call.Accept.OPERATIONS_FIELD_NUMBER << 3 | 2, 0});
            }
            var accept = ByteString.copyFrom(out.toByteArray());
            out.reset();
            out.writeBytes(Call.newBuilder().setType(Call.Type.ACCEPT).build().toByteArray());
            out.write(Call.ACCEPT_FIELD_NUMBER << 3 | 2);
            for (int rest = accept.size(); ; rest >>>= 7) {
                out.write(rest > 0x7f ? rest & 0x7f | 0x80 : rest);
                if (rest <= 0x7f) {
                    break;
                }
            }
            out.writeBytes(accept.toByteArray());
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void ofManyEmptyMessagesFewAreMade(Encoding encoding) {
        var body = empties(encoding);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        var refusal = catchThrowableOfType(
                MalformedMessageException.class, () -> encoding.parse(body, Call.newBuilder(), 20_000));

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 * MIB);
        assertThat(refusal.kind()).isEqualTo(Kind.TOO_MANY);
        assertThat(refusal).hasMessageStartingWith("more than 20000 messages");
    }

    @ParameterizedTest
    @EnumSource
    void aLargeCallOfARealSchedulerPasses(Encoding encoding) throws MalformedMessageException {
        var call = accept(8000, 10).build();

        var read = encoding.parse(encoding.write(call), Call.newBuilder(), 1_000_000);

        assertThat(read.getAccept().getOperations(0).getLaunch().getTaskInfosCount())
                .isEqualTo(8000);
    }
}

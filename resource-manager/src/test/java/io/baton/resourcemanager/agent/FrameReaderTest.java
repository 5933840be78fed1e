package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.core.id.AgentId;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.CredentialsConfig;
import io.baton.link.Credential;
import io.baton.link.Register;
import io.baton.link.Stale;
import io.baton.link.TasksTold;
import io.baton.link.ToMaster;
import io.baton.v1.AgentInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int EMPTY_TASKS = 8_000_000;
    private static final long MIB = 1024 * 1024;
    private static final Registrations OPEN = new Registrations(AuthenticationConfig.OFF);
    private static final Registrations CLOSED = new Registrations(new AuthenticationConfig(
            CredentialsConfig.parse("{\"credentials\": [{\"principal\": \"host\", \"secret\": \"s\"}]}"),
            false,
            false,
            false,
            true,
            false));

    private final Newcomers newcomers = new Newcomers(Newcomers.Limits.USUAL);
    private final Newcomers.Newcomer newcomer =
            newcomers.admit("192.0.2.1", false).orElseThrow();

    private static Register.Builder register(String secret) {
        return Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(new AgentId("a").toProto()))
                .setEpoch(0)
                .setNumber(1)
                .setVersion("1")
                .setCredential(Credential.newBuilder().setPrincipal("host").setSecret(secret));
    }

    private static byte[] frame(Register.Builder register) {
        return ToMaster.newBuilder().setRegister(register).build().toByteArray();
    }

    /** A registration and so many tasks of two bytes. */
    private static byte[] withEmptyTasks(Register.Builder register, int tasks) throws IOException {
        var known = register.build().toByteArray();
        var out = new ByteArrayOutputStream();
        var head = CodedOutputStream.newInstance(out);
        head.writeUInt32NoTag(ToMaster.REGISTER_FIELD_NUMBER << 3 | 2);
        head.writeUInt32NoTag(known.length + 2 * tasks);
        head.flush();
        out.writeBytes(known);
        var task = new byte[] {Register.TASKS_FIELD_NUMBER << 3 | 2, 0};
        for (int i = 0; i < tasks; i++) {
            out.writeBytes(task);
        }
        return out.toByteArray();
    }

    @Test
    void readsARegistration() throws Exception {
        var frame = frame(register("s"));

        assertThat(new FrameReader(OPEN, newcomer).read(frame).toByteArray()).isEqualTo(frame);
        assertThat(new FrameReader(CLOSED, newcomer).read(frame).toByteArray()).isEqualTo(frame);
    }

    @Test
    void framesThatAreReadAndThrownAwayKeepNoOtherAgentFromRegistering() throws Exception {
        var heartbeats = new byte[2_000];
        for (int i = 0; i < heartbeats.length; i += 2) {
            heartbeats[i] = ToMaster.HEARTBEAT_FIELD_NUMBER << 3 | 2;
        }
        var reader = new FrameReader(CLOSED, newcomer);
        for (int i = 0; i < 3_000; i++) {
            reader.read(heartbeats);
        }
        var other = newcomers.admit("192.0.2.2", false).orElseThrow();

        assertThat(new FrameReader(CLOSED, other).read(frame(register("s"))).hasRegister())
                .isTrue();
    }

    @Test
    void ofARegistrationThatIsNotWelcomeOnlyTheCredentialIsRead() throws Exception {
        var frame = withEmptyTasks(register("wrong"), EMPTY_TASKS);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        var read = new FrameReader(CLOSED, newcomer).read(frame).getRegister();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 * MIB);
        assertThat(read.getCredential().getSecret()).isEqualTo("wrong");
        assertThat(read.getTasksCount()).isZero();
        assertThat(CLOSED.problemOf(read)).isPresent();
    }

    @Test
    void aFrameOfVeryManyEmptyMessagesIsNotRead() throws Exception {
        var frame = withEmptyTasks(register("s"), EMPTY_TASKS);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (var registrations : new Registrations[] {OPEN, CLOSED}) {
            var reader = new FrameReader(registrations, newcomer);
            long before = threads.getCurrentThreadAllocatedBytes();

            assertThatThrownBy(() -> reader.read(frame))
                    .isInstanceOf(InvalidProtocolBufferException.class)
                    .hasMessageContaining("more than 1000000");

            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 * MIB);
        }
    }

    @Test
    void whoMustShowWhoItIsCannotBringMuchOfAnythingElseBefore() throws Exception {
        var told = TasksTold.newBuilder()
                .setFrameworkId(io.baton.v1.FrameworkID.newBuilder().setValue("f"));
        var frame = ToMaster.newBuilder().setTasksTold(told).build().toByteArray();
        var many = ByteString.copyFrom(frame);
        for (int i = 0; i < 10; i++) {
            many = many.concat(many); // As protobuf has it: pieces of one message.
        }
        var bytes = many.toByteArray();

        assertThat(new FrameReader(CLOSED, newcomer).read(frame).hasTasksTold()).isTrue();
        assertThatThrownBy(() -> new FrameReader(CLOSED, newcomer).read(bytes)).hasMessageContaining("more than 1000");
        assertThat(new FrameReader(OPEN, newcomer).read(bytes).hasTasksTold()).isTrue();
        newcomer.registered();
        assertThat(new FrameReader(CLOSED, newcomer).read(bytes).hasTasksTold()).isTrue();
    }

    @Test
    void aBrokenFrameIsRefused() {
        var broken = ToMaster.newBuilder()
                .setStale(Stale.newBuilder().setEpoch(1))
                .build()
                .toByteArray();
        broken[1] = 100;

        assertThatThrownBy(() -> new FrameReader(CLOSED, newcomer).read(broken))
                .isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> new FrameReader(OPEN, newcomer).read(broken))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }
}

package io.baton.resourcemanager.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestorationTest {
    private static Command.Builder put(String key, int size) {
        return Command.newBuilder()
                .setPutValue(PutValue.newBuilder()
                        .setNamespace("n")
                        .setKey(key)
                        .setValue(ByteString.copyFrom(new byte[size])));
    }

    @Test
    void aPieceWhoseAnswerIsLostIsTriedAgainAndDoneOnce() {
        var registrar = MemoryRegistrar.alone();
        for (int i = 0; i < 6; i++) {
            registrar.commit(put("k" + i, 250_000));
        }
        var saved = registrar.read(RegistryState::save).toByteString();
        registrar.commit(put("later", 1));
        registrar.losing(Command.CommandCase.RESTORE_PART);

        var answer = new Restoration(registrar, saved, ForkJoinPool.commonPool())
                .run()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();

        assertThat(answer).isInstanceOfSatisfying(Answer.Committed.class, committed -> assertThat(
                        committed.result().hasDone())
                .isTrue());
        assertThat(registrar.proposed()).hasSize(3);
        assertThat(registrar.<Integer>read(state -> state.values("n").size())).isEqualTo(6);
    }
}

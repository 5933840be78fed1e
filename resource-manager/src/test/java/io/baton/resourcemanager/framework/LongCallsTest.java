package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.OperationID;
import io.baton.v1.TaskID;
import io.baton.v1.scheduler.Call;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LongCallsTest extends SessionFixture {
    private static final int MANY = 2 * LongCalls.PIECE + 1;

    private static Call.Builder naming(Call.Type type, int count) {
        var call = call(type);
        for (int i = 0; i < count; i++) {
            if (type == Call.Type.RECONCILE) {
                call.getReconcileBuilder()
                        .addTasksBuilder()
                        .setTaskId(TaskID.newBuilder().setValue("t" + i));
            } else {
                call.getReconcileOperationsBuilder()
                        .addOperationsBuilder()
                        .setOperationId(OperationID.newBuilder().setValue("o" + i));
            }
        }
        return call;
    }

    /** Of which tasks or operations something is told. */
    private static List<String> told(List<SessionEffect> effects) {
        return effects.stream()
                .filter(SessionEffect.Emit.class::isInstance)
                .map(effect -> ((SessionEffect.Emit) effect).event())
                .map(event -> event.hasUpdate()
                        ? event.getUpdate().getStatus().getTaskId().getValue()
                        : event.getUpdateOperationStatus()
                                .getStatus()
                                .getOperationId()
                                .getValue())
                .toList();
    }

    private static SessionEffect.Later rest(List<SessionEffect> effects) {
        return (SessionEffect.Later) effects.get(effects.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"RECONCILE", "RECONCILE_OPERATIONS"})
    void isAnsweredPieceByPieceToTheLast(Call.Type type) {
        connected(AWARE);

        var first = session.call(naming(type, MANY).build(), "s1", T0).effects();
        var second = session.rest(rest(first), T0);
        var third = session.rest(rest(second), T0);

        assertThat(told(first)).hasSize(LongCalls.PIECE);
        assertThat(told(second)).hasSize(LongCalls.PIECE);
        assertThat(third).singleElement().isInstanceOf(SessionEffect.Emit.class);
        assertThat(Stream.of(first, second, third).flatMap(effects -> told(effects).stream()))
                .doesNotHaveDuplicates()
                .hasSize(MANY);
    }

    @ParameterizedTest
    @EnumSource(names = {"RECONCILE", "RECONCILE_OPERATIONS"})
    void isAnsweredAtOnceIfItIsNotLong(Call.Type type) {
        connected(AWARE);

        assertThat(session.call(naming(type, LongCalls.PIECE).build(), "s1", T0).effects())
                .hasSize(LongCalls.PIECE)
                .hasOnlyElementsOfType(SessionEffect.Emit.class);
    }

    @Test
    void endsWithItsScheduler() {
        connected(AWARE);
        var effects = session.call(naming(Call.Type.RECONCILE, MANY).build(), "s1", T0)
                .effects();
        session.disconnected("s1", false, T0);

        assertThat(session.rest(rest(effects), T0)).isEmpty();
    }
}

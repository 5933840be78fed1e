package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.Offer;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.UUID;
import io.baton.v1.scheduler.Call;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionOperationsTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId A = new AgentId("a");
    private static final ByteString UUID_BYTES = ByteString.copyFromUtf8("0123456789abcdef");

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final OfferId O = new OfferId("a-O1.1.1");
    private static final Offer OFFER = Offer.newBuilder()
            .setId(O.toProto())
            .setFrameworkId(F.toProto())
            .setAgentId(A.toProto())
            .setHostname("h")
            .build();

    private final SessionOperations operations = new SessionOperations();

    private static OperationStatus finished(String id, boolean byAgent) {
        var out = OperationStatus.newBuilder()
                .setOperationId(OperationID.newBuilder().setValue(id))
                .setState(OperationState.OPERATION_FINISHED);
        if (byAgent) {
            out.setUuid(UUID.newBuilder().setValue(UUID_BYTES));
        }
        return out.build();
    }

    private String reconciled(String... ids) {
        var call = Call.ReconcileOperations.newBuilder();
        for (var id : ids) {
            call.addOperationsBuilder().getOperationIdBuilder().setValue(id);
        }
        return operations.reconcile(F, call.build()).stream()
                .map(e -> ((SessionEffect.Emit) e)
                        .event()
                        .getUpdateOperationStatus()
                        .getStatus())
                .map(s -> s.getOperationId().getValue() + " " + s.getState() + (s.hasUuid() ? " with uuid" : ""))
                .collect(Collectors.joining(", "));
    }

    private List<SessionEffect> acknowledge(String id) {
        return acknowledge(id, A);
    }

    private List<SessionEffect> acknowledge(String id, AgentId agent) {
        return operations.acknowledged(
                F,
                Call.AcknowledgeOperationStatus.newBuilder()
                        .setAgentId(agent.toProto())
                        .setUuid(UUID_BYTES)
                        .setOperationId(OperationID.newBuilder().setValue(id))
                        .build());
    }

    private void sent(String id) {
        operations.sent(
                OFFER,
                Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.RESERVE)
                        .setId(OperationID.newBuilder().setValue(id))
                        .build(),
                T0);
    }

    private static OperationStatus unknown(String id) {
        return finished(id, false).toBuilder()
                .setState(OperationState.OPERATION_UNKNOWN)
                .build();
    }

    /** Its owner, or the way to it, has ended, and the operation with it: no stream breaks for that. */
    @Test
    void anOperationOfWhichNothingIsHeardIsAskedForAndDroppedIfItsAgentDoesNotKnowIt() {
        sent("o");
        assertThat(operations.ask(F, T0.plus(SessionOperations.SILENCE).minusMillis(1)))
                .isEmpty();
        var ask = new SessionEffect.ToAgent(A, new AgentProtocol.AskOperation(F, "o", Optional.of(O)));
        assertThat(operations.ask(F, T0.plus(SessionOperations.SILENCE))).containsExactly(ask);
        assertThat(operations.ask(F, T0.plus(SessionOperations.SILENCE).plusSeconds(1)))
                .isEmpty();
        assertThat(operations.ask(F, T0.plus(SessionOperations.SILENCE.multipliedBy(2))))
                .as("the question may be lost as well")
                .containsExactly(ask);

        assertThat(operations
                        .updated(new AgentId("another"), unknown("o"))
                        .getUpdateOperationStatus()
                        .getStatus()
                        .getState())
                .isEqualTo(OperationState.OPERATION_UNKNOWN);
        var told =
                operations.updated(A, unknown("o")).getUpdateOperationStatus().getStatus();

        assertThat(told.getState()).isEqualTo(OperationState.OPERATION_DROPPED);
        assertThat(told.getOperationId().getValue()).isEqualTo("o");
        assertThat(operations.ask(F, T0.plusSeconds(1_000))).isEmpty();
        assertThat(operations
                        .updated(A, unknown("o"))
                        .getUpdateOperationStatus()
                        .getStatus()
                        .getState())
                .as("it is not under way any more")
                .isEqualTo(OperationState.OPERATION_UNKNOWN);
    }

    @Test
    void thatItIsUnderWayStillIsToldToWhoHasAskedOnly() {
        sent("o");
        var pending = unknown("o").toBuilder()
                .setState(OperationState.OPERATION_PENDING)
                .build();
        operations.ask(F, T0.plus(SessionOperations.SILENCE));
        assertThat(operations.isNoNews(A, pending)).isTrue();

        operations.reconcile(F, Call.ReconcileOperations.getDefaultInstance());

        assertThat(operations.isNoNews(A, pending)).isFalse();
        assertThat(operations.isNoNews(A, pending)).isTrue();
        assertThat(operations.isNoNews(A, finished("o", true))).isFalse();
        assertThat(operations.isNoNews(new AgentId("another"), pending)).isFalse();
    }

    @Test
    void tellsWhichAgentDidIt() {
        var status = operations
                .updated(A, finished("o", true))
                .getUpdateOperationStatus()
                .getStatus();
        assertThat(status.getAgentId()).isEqualTo(A.toProto());
        assertThat(status.getUuid().getValue()).isEqualTo(UUID_BYTES);
    }

    @Test
    void reconcilesWhatIsNotAcknowledgedAndKnowsNothingElse() {
        operations.updated(A, finished("o", true));
        operations.updated(A, finished("made by the master", false));

        assertThat(reconciled()).isEqualTo("o OPERATION_FINISHED");
        assertThat(reconciled("o", "p")).isEqualTo("o OPERATION_FINISHED, p OPERATION_UNKNOWN");
    }

    @Test
    void ofAnOperationThatItDoesNotKnowTheAgentsOwnerIsAsked() {
        operations.updated(A, finished("o", true));
        var call = Call.ReconcileOperations.newBuilder();
        for (var id : List.of("o", "p")) {
            call.addOperationsBuilder()
                    .setAgentId(A.toProto())
                    .getOperationIdBuilder()
                    .setValue(id);
        }

        assertThat(operations.reconcile(F, call.build()))
                .hasSize(2)
                .contains(new SessionEffect.ToNamed(A, new AgentProtocol.AskOperation(F, "p", Optional.empty())));
    }

    @ParameterizedTest
    @EnumSource(names = {"OPERATION_UNREACHABLE", "OPERATION_GONE_BY_OPERATOR"})
    void ofAnOperationWhoseAgentIsLostTheOwnerIsAsked(OperationState state) {
        operations.updated(A, finished("o", true));
        var lost = finished("o", false).toBuilder().setState(state).build();
        operations.updated(new AgentId("another"), lost);
        assertThat(reconciled()).isEqualTo("o OPERATION_FINISHED");

        operations.updated(A, lost);

        assertThat(reconciled()).isEmpty();
        var call = Call.ReconcileOperations.newBuilder();
        call.addOperationsBuilder()
                .setAgentId(A.toProto())
                .getOperationIdBuilder()
                .setValue("o");
        assertThat(operations.reconcile(F, call.build()))
                .containsExactly(
                        new SessionEffect.ToNamed(A, new AgentProtocol.AskOperation(F, "o", Optional.empty())));
        operations.updated(A, finished("o", true));
        assertThat(reconciled("o")).as("it is back").isEqualTo("o OPERATION_FINISHED");
    }

    /** Only its ledger knows whether it is under way still: it may be lost between here and there. */
    @Test
    void ofAnOperationThatIsUnderWayTheOwnerIsAskedUntilItSaysHowItWent() {
        var ask = new SessionEffect.ToNamed(A, new AgentProtocol.AskOperation(F, "o", Optional.of(O)));
        sent("o");
        operations.sent(
                OFFER,
                Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.RESERVE)
                        .build(),
                T0);
        var all = Call.ReconcileOperations.getDefaultInstance();
        var named = Call.ReconcileOperations.newBuilder();
        named.addOperationsBuilder().getOperationIdBuilder().setValue("o");

        assertThat(operations.reconcile(F, all)).containsExactly(ask);
        assertThat(operations.reconcile(F, named.build())).containsExactly(ask);
        for (var state : List.of(OperationState.OPERATION_PENDING, OperationState.OPERATION_RECOVERING)) {
            operations.updated(
                    A, finished("o", false).toBuilder().setState(state).build());
            assertThat(operations.reconcile(F, all)).as("%s", state).containsExactly(ask);
        }

        operations.updated(A, finished("o", true));

        assertThat(reconciled()).isEqualTo("o OPERATION_FINISHED");
        acknowledge("o");
        assertThat(operations.reconcile(F, all)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPERATION_DROPPED", "OPERATION_ERROR", "OPERATION_UNKNOWN", "OPERATION_UNREACHABLE"})
    void whatTheOwnerSaysIsNotUnderWayIsAskedForNoMore(OperationState state) {
        sent("o");

        operations.updated(A, finished("o", false).toBuilder().setState(state).build());

        assertThat(operations.reconcile(F, Call.ReconcileOperations.getDefaultInstance()))
                .isEmpty();
    }

    @Test
    void anAcknowledgementIsPassedOnAndEndsIt() {
        operations.updated(A, finished("o", true));

        assertThat(acknowledge("o"))
                .containsExactly(new SessionEffect.ToNamed(
                        A, new AgentProtocol.AcknowledgeOperation(F, "o", Optional.of(UUID_BYTES))));
        assertThat(reconciled("o")).isEqualTo("o OPERATION_UNKNOWN");
    }

    @Test
    void anAcknowledgementToAnotherAgentEndsNothing() {
        operations.updated(A, finished("o", true));
        var another = new AgentId("another");

        assertThat(acknowledge("o", another))
                .containsExactly(new SessionEffect.ToNamed(
                        another, new AgentProtocol.AcknowledgeOperation(F, "o", Optional.of(UUID_BYTES))));
        assertThat(reconciled("o")).isEqualTo("o OPERATION_FINISHED");
    }

    @ParameterizedTest(name = "by its agent: {0}")
    @ValueSource(booleans = {true, false})
    void whatAMasterRefusesNamesNoAgent(boolean byAgent) {
        var status = finished("o", byAgent).toBuilder().setState(OperationState.OPERATION_ERROR);

        assertThat(operations
                        .updated(A, status.build())
                        .getUpdateOperationStatus()
                        .getStatus()
                        .hasAgentId())
                .isEqualTo(byAgent);
    }
}

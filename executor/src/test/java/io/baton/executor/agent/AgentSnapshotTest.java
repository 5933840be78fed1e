package io.baton.executor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.OperationUuids;
import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.record.Operated;
import io.baton.executor.record.Record;
import io.baton.v1.AgentInfo;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.UUID;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentSnapshotTest {
    private final BooksProbe probe = new BooksProbe();

    @Test
    void operationsHaveTheUuidsByWhichMastersShowThem() {
        var id = OperationID.newBuilder().setValue("o");
        var ofUpdate = UUID.newBuilder().setValue(ByteString.copyFromUtf8("0123456789abcdef"));
        var operated = Operated.newBuilder()
                .setKey("m-S0-X7")
                .setFrameworkId(Samples.FRAMEWORK.getId())
                .setStatus(OperationStatus.newBuilder()
                        .setOperationId(id)
                        .setState(OperationState.OPERATION_FINISHED)
                        .setUuid(ofUpdate))
                .setOperation(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.RESERVE)
                        .setId(id));
        probe.books.state().apply(Record.newBuilder().setOperated(operated).build());

        var agent = AgentInfo.newBuilder().setHostname("h");
        agent.getIdBuilder().setValue("m-S0");

        var shown = AgentSnapshot.of(agent.build(), Resources.EMPTY, Optional.empty(), probe.books, Map.of());

        assertThat(shown.operations()).extracting(Operation::getUuid).containsExactly(OperationUuids.of("m-S0-X7"));
    }
}

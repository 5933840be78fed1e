package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.Value;
import org.junit.jupiter.api.Test;

class AgentRecordTest {
    private static AgentInfo described(int bytes) {
        return AgentInfo.newBuilder()
                .setHostname("h".repeat(Registrations.MAX_HOST_BYTES))
                .setId(new AgentId("a".repeat(255)).toProto())
                .addAttributes(Attribute.newBuilder()
                        .setName("n")
                        .setType(Value.Type.TEXT)
                        .setText(Value.Text.newBuilder().setValue("v".repeat(bytes))))
                .build();
    }

    @Test
    void ofALongDescriptionIdAndHostAreKept() {
        var usual = described(100);
        assertThat(AgentRecord.kept(usual)).isEqualTo(usual);

        var kept = AgentRecord.kept(described(10_000));

        assertThat(kept.getSerializedSize()).isLessThanOrEqualTo(RegistryLimits.KEPT_AGENT_BYTES);
        assertThat(kept.getId()).isEqualTo(usual.getId());
        assertThat(kept.getHostname()).isEqualTo(usual.getHostname());
        assertThat(kept.getAttributesList()).isEmpty();
    }

    @Test
    void whatTheRegistryRefusesIsLeftToIt() {
        var tooLong = described(RegistryLimits.DESCRIPTION_BYTES);

        assertThat(AgentRecord.kept(tooLong)).isEqualTo(tooLong);
    }
}

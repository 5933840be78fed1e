package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleSettings;
import io.baton.v1.Value;
import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsChangeTest {
    private final Stage stage = new Stage().framework("f", "r").agent("x", "cpus:10 mem:64");

    @ParameterizedTest(name = "{0} guaranteed {1}, limited to {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            r     | 2     | 5     |
            r     | 0     | 3     |
            r     | 12    | 20    | total quota guarantees 'cpus:12' exceed cluster capacity 'cpus:10' (use 'force' flag
            r     | 0     | 1     | is already consuming 'cpus:3'; this is more than the requested limits 'cpus:1' (use 'force' flag
            s     | 0     | 1     |
            """)
    void judgesQuotasByWhatIsConsumedAndThere(String role, double guarantee, double limit, String problem) {
        stage.holding("x", "f", "r", "cpus:3");
        var quota = List.of(quota(role, guarantee, limit));
        var answer = stage.allocator.judge(quota, quota);

        if (problem == null) {
            assertThat(answer).isEqualTo(CallAnswer.OK);
        } else {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).contains(problem);
        }
    }

    @Test
    void whatIsOnlyOnOfferIsNotConsumedYet() {
        stage.holding("x", "f", "r", "cpus:3");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:7; mem:64");
        var tight = List.of(quota("r", 0, 3));
        assertThat(stage.allocator.judge(tight, tight)).isEqualTo(CallAnswer.OK);

        stage.takes("x", "f", "r");
        assertThat(stage.allocator.judge(tight, tight).message()).contains("is already consuming 'cpus:10'");
    }

    @Test
    void whatIsProposedOnlyIsNotConsumedYet() {
        stage.allocator.propose(stage.now);
        var nothing = List.of(quota("r", 0, 0));
        assertThat(stage.allocator.judge(nothing, nothing)).isEqualTo(CallAnswer.OK);
    }

    @Test
    void allPromisesTogetherMustBeThere() {
        var named = List.of(quota("a", 6, 6));
        assertThat(stage.allocator.judge(named, named)).isEqualTo(CallAnswer.OK);
        assertThat(stage.allocator
                        .judge(named, List.of(quota("a", 6, 6), quota("b", 5, 5)))
                        .message())
                .contains("total quota guarantees 'cpus:11' exceed cluster capacity");
    }

    @Test
    void offersOfARoleAboveItsNewLimitEnd() {
        stage.framework("g", "s/t").agent("y", "cpus:10 mem:64");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:10; mem:64, y>g/s/t cpus:10; mem:64");

        assertThat(recalls(1, List.of(), quota("s", 0, 4))).isEqualTo("y s");
        assertThat(recalls(2, List.of(), quota("s", 0, 20))).isEmpty();
    }

    /** It may be granted after the recall has come, so it is said once more when it is decided. */
    @Test
    void whatIsJustBeingProposedToSuchARoleEndsToo() {
        assertThat(stage.allocator.propose(stage.now)).hasSize(1);

        assertThat(recalls(1, List.of(), quota("r", 0, 4))).isEqualTo("x r");
        assertThat(shown(stage.allocator.recallsAgain())).as("not decided yet").isEmpty();
        stage.grants("x", "f", "r", "cpus:10 mem:64", 1);

        assertThat(shown(stage.allocator.recallsAgain())).isEqualTo("x r");
        assertThat(shown(stage.allocator.recallsAgain())).isEmpty();
    }

    @Test
    void offersOfRolesThatArePromisedNothingEndForANewPromise() {
        stage.framework("g", "s");
        assertThat(stage.round()).isEqualTo("x>f/r cpus:10; mem:64");
        assertThat(recalls(1, List.of(), quota("s", 4, 10))).isEqualTo("x r");
    }

    @Test
    void allOffersEndWhenTheWeightOfARoleChangesInWhichSomebodyIs() {
        stage.round();
        assertThat(recalls(1, List.of(weight("nobody", 2)))).isEmpty();
        assertThat(recalls(2, List.of(weight("nobody", 2), weight("r", 3)))).isEqualTo("x *");
        assertThat(recalls(3, List.of(weight("nobody", 2), weight("r", 3)))).isEmpty();
    }

    @Test
    void anOlderCopyIsIgnored() {
        stage.round();
        recalls(5, List.of(weight("r", 3)));
        assertThat(recalls(4, List.of())).isEmpty();
    }

    @Test
    void anEmptyQuotaEndsIt() {
        recalls(1, List.of(), quota("r", 0, 4));
        assertThat(stage.round()).isEqualTo("x>f/r cpus:4; mem:64");
        recalls(2, List.of());
        assertThat(stage.round()).isEqualTo("x>f/r cpus:6");
    }

    private String recalls(long index, List<WeightInfo> weights, QuotaConfig... quotas) {
        return shown(stage.allocator.settings(new RoleSettings(weights, List.of(quotas), index, index)));
    }

    private static String shown(List<Recall> recalls) {
        return recalls.stream()
                .map(r -> r.agent() + " " + (r.role().isEmpty() ? "*" : r.role()))
                .collect(Collectors.joining(", "));
    }

    private static WeightInfo weight(String role, double weight) {
        return WeightInfo.newBuilder().setRole(role).setWeight(weight).build();
    }

    private static QuotaConfig quota(String role, double guarantee, double limit) {
        return QuotaConfig.newBuilder()
                .setRole(role)
                .putGuarantees(
                        "cpus", Value.Scalar.newBuilder().setValue(guarantee).build())
                .putLimits("cpus", Value.Scalar.newBuilder().setValue(limit).build())
                .build();
    }
}

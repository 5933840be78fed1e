package io.baton.resourcemanager.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuotaRulesTest {
    private static QuotaConfig promise(String role, String name, double amount) {
        return QuotaConfig.newBuilder()
                .setRole(role)
                .putGuarantees(name, Value.Scalar.newBuilder().setValue(amount).build())
                .build();
    }

    /** 9,300 roles of the most that each may be promised are more thousandths than a long can be. */
    @Test
    void theSumOfWhatIsPromisedDoesNotTurnNegative() {
        var all = new TreeMap<String, Quota>();
        for (int i = 0; i < 9_300; i++) {
            all.put("r" + i, Quota.fromProto(promise("r" + i, "cpus", QuotaRules.MAX_AMOUNT)));
        }

        assertThat(QuotaRules.misfit(all, all, Map.of(), new TreeMap<>(Map.of("cpus", 8_000L))))
                .hasValueSatisfying(why -> assertThat(why).contains("exceed cluster capacity 'cpus:8'"));
    }

    @Test
    void allRolesTogetherArePromisedNoMoreThanANumberCanBe() {
        var most = IntStream.range(0, 1000)
                .mapToObj(i -> promise("r" + i, "cpus", QuotaRules.MAX_AMOUNT))
                .toList();
        var more = new java.util.ArrayList<>(most);
        more.add(promise("more", "cpus", 1));

        assertThat(QuotaRules.problemOfAll(most, most)).isEmpty();
        assertThat(QuotaRules.problemOfAll(more, more)).isPresent();
    }

    @Test
    void allQuotasTogetherHaveALimit() {
        var names = IntStream.range(0, QuotaRules.MAX_NAMES)
                .mapToObj(i -> "n".repeat(200) + i)
                .toList();
        var all = IntStream.range(0, 400)
                .mapToObj(i -> {
                    var config = QuotaConfig.newBuilder().setRole("r" + i);
                    names.forEach(name -> config.putLimits(
                            name,
                            Value.Scalar.getDefaultInstance().toBuilder()
                                    .setValue(1)
                                    .build()));
                    return config.build();
                })
                .toList();

        assertThat(QuotaRules.problemOf(all)).isEmpty();
        assertThat(QuotaRules.problemOfAll(all, all))
                .hasValueSatisfying(why -> assertThat(why).contains("bytes together, more than 8388608"));
        assertThat(QuotaRules.problemOfAll(all.subList(0, 300), all.subList(0, 300)))
                .isEmpty();
        assertThat(QuotaRules.problemOfAll(
                        List.of(QuotaConfig.newBuilder().setRole("r0").build()), all))
                .as("one is taken away")
                .isEmpty();
    }

    @Test
    void namesOfResourcesHaveALimit() {
        assertThat(QuotaRules.problemOf(List.of(promise("r", "n".repeat(255), 1))))
                .isEmpty();
        assertThat(QuotaRules.problemOf(List.of(promise("r", "n".repeat(256), 1))))
                .hasValueSatisfying(why -> assertThat(why).contains("256 characters"));
    }
}

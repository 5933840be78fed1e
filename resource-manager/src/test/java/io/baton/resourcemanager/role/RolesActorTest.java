package io.baton.resourcemanager.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.AllocatorProtocol.JudgeQuotas;
import io.baton.core.protocol.AllocatorProtocol.RolesSet;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.UpdateQuotas;
import io.baton.v1.Value;
import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolesActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MemoryRoles records = new MemoryRoles();
    private final TestProbe<AllocatorProtocol> allocator = KIT.createTestProbe();
    private final TestProbe<CallAnswer> answers = KIT.createTestProbe();
    private final TestProbe<RoleSettings> settings = KIT.createTestProbe();
    private final ActorRef<RoleProtocol> roles = KIT.spawn(RolesActor.create());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private RoleSettings told() {
        return allocator.expectMessageClass(RolesSet.class, PATIENCE).settings();
    }

    private void start() {
        roles.tell(new RolesActor.Started(records, allocator.getRef()));
        assertThat(told()).isEqualTo(records.current());
    }

    private CallAnswer answer() {
        return answers.receiveMessage(PATIENCE);
    }

    private static WeightInfo weight(String role, double weight) {
        return WeightInfo.newBuilder().setRole(role).setWeight(weight).build();
    }

    private static QuotaConfig quota(String role, double cpus) {
        return QuotaConfig.newBuilder()
                .setRole(role)
                .putLimits("cpus", Value.Scalar.newBuilder().setValue(cpus).build())
                .build();
    }

    @Test
    void beforeTheRegistryStartsQuestionsWaitAndUpdatesAreRefused() {
        roles.tell(new RoleProtocol.GetSettings(settings.getRef()));
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight("a", 2)), answers.getRef()));
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2)), true, answers.getRef()));

        assertThat(answer().status()).isEqualTo(503);
        assertThat(answer().status()).isEqualTo(503);
        start();
        settings.expectMessage(PATIENCE, records.current());
    }

    @Test
    void weightsAreKeptAndTheAllocatorHearsOfThem() {
        start();
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight("b", 3), weight("a", 2)), answers.getRef()));

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().weights()).containsExactly(weight("a", 2), weight("b", 3));
        roles.tell(new RoleProtocol.GetSettings(settings.getRef()));
        assertThat(settings.receiveMessage(PATIENCE).weights()).hasSize(2);
    }

    @Test
    void whiteSpaceAroundARoleIsNoPartOfIt() {
        start();
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight(" a\t", 2), weight("a", 3)), answers.getRef()));

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().weights()).containsExactly(weight("a", 3));
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight(" ", 2)), answers.getRef()));
        assertThat(answer().status()).isEqualTo(400);
    }

    @Test
    void ofARoleThatIsNamedTwiceTheLastCounts() {
        start();
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight("a", 2), weight("a", 3)), answers.getRef()));
        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().weights()).containsExactly(weight("a", 3));

        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2), quota("a", 1)), true, answers.getRef()));
        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(records.current().quotas()).containsExactly(quota("a", 1));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            r:0           | role 'r': Invalid weight '0': Weights must be positive
            r:-1          | role 'r': Invalid weight '-1': Weights must be positive
            r:NaN         | role 'r': Invalid weight 'NaN': Weights must be positive
            r:Infinity    | role 'r': Invalid weight 'Infinity': Weights must be positive
            -r:1          | must not have a path component
            a:1 b:-1      | role 'b'
            """)
    void wrongWeightsChangeNothing(String weights, String problem) {
        start();
        var infos = java.util.Arrays.stream(weights.split(" "))
                .map(w -> weight(w.split(":")[0], Double.parseDouble(w.split(":")[1])))
                .toList();
        roles.tell(new RoleProtocol.UpdateWeights(infos, answers.getRef()));

        var answer = answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .startsWith("Failed to validate update weights request")
                .contains(problem);
        assertThat(records.current().weights()).isEmpty();
    }

    /** Nothing takes a weight away again: hundreds of long names would fill all masters for good. */
    @Test
    void aRoleWithAVeryLongNameGetsNoWeightAndNoQuota() {
        start();
        var role = "r".repeat(100_000);
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight(role, 2)), answers.getRef()));
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota(role, 2)), true, answers.getRef()));

        for (int i = 0; i < 2; i++) {
            var answer = answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.message()).contains("255 characters, has 100000").hasSizeLessThan(500);
        }
        assertThat(records.current().weights()).isEmpty();
        assertThat(records.current().quotas()).isEmpty();
    }

    @Test
    void ofAWeightOnlyRoleAndNumberAreKept() {
        start();
        var unknown = UnknownFieldSet.newBuilder()
                .addField(
                        100,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[100_000]))
                                .build())
                .build();
        roles.tell(new RoleProtocol.UpdateWeights(
                List.of(weight("a", 2).toBuilder().setUnknownFields(unknown).build()), answers.getRef()));

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(records.current().weights()).containsExactly(weight("a", 2));
    }

    @Test
    void noMoreIsPromisedThanANumberCanBeThoughItIsForced() {
        start();
        var much = java.util.stream.IntStream.range(0, 1001)
                .mapToObj(i -> QuotaConfig.newBuilder()
                        .setRole("r" + i)
                        .putGuarantees(
                                "cpus", Value.Scalar.newBuilder().setValue(1e12).build())
                        .build())
                .toList();
        roles.tell(new RoleProtocol.UpdateQuota(much, true, answers.getRef()));

        var answer = answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("total quota guarantees of 'cpus'");
        assertThat(records.current().quotas()).isEmpty();
    }

    @Test
    void quotasAreJudgedByTheAllocatorAndThenKept() {
        start();
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2)), false, answers.getRef()));
        var question = allocator.expectMessageClass(JudgeQuotas.class, PATIENCE);
        assertThat(question.all()).containsExactly(quota("a", 2));
        question.replyTo().tell(CallAnswer.OK);

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().quotas()).containsExactly(quota("a", 2));
    }

    @Test
    void whatTheAllocatorRefusesIsNotKept() {
        start();
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2)), false, answers.getRef()));
        allocator
                .expectMessageClass(JudgeQuotas.class, PATIENCE)
                .replyTo()
                .tell(CallAnswer.badRequest("too much is used"));

        assertThat(answer()).isEqualTo(CallAnswer.badRequest("too much is used"));
        assertThat(records.current().quotas()).isEmpty();
    }

    @Test
    void forcedQuotasAreNotJudged() {
        start();
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2)), true, answers.getRef()));

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().quotas()).containsExactly(quota("a", 2));
    }

    @Test
    void theDefaultRoleHasQuotasLikeAnyOther() {
        start();
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("*", 2)), true, answers.getRef()));

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(told().quotas()).containsExactly(quota("*", 2));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a/b, nested", "/a, must not", "-a, path component"})
    void wrongQuotasChangeNothing(String role, String problem) {
        start();
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota(role, 2)), false, answers.getRef()));

        var answer = answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains(problem);
    }

    @Test
    void quotasAreJudgedAnewIfAnotherMasterWasQuicker() {
        start();
        records.first(() -> records.commit(quotas("other", 1)));
        roles.tell(new RoleProtocol.UpdateQuota(List.of(quota("a", 2)), false, answers.getRef()));
        allocator.expectMessageClass(JudgeQuotas.class, PATIENCE).replyTo().tell(CallAnswer.OK);
        told();
        var again = allocator.expectMessageClass(JudgeQuotas.class, PATIENCE);
        assertThat(again.all()).containsExactly(quota("a", 2), quota("other", 1));
        again.replyTo().tell(CallAnswer.OK);

        assertThat(answer()).isEqualTo(CallAnswer.OK);
        assertThat(records.current().quotas()).containsExactly(quota("a", 2), quota("other", 1));
    }

    private static Command.Builder quotas(String role, double cpus) {
        return Command.newBuilder().setUpdateQuotas(UpdateQuotas.newBuilder().addConfigs(quota(role, cpus)));
    }

    @Test
    void withoutAMajorityNothingIsSetAndItSaysSo() {
        start();
        records.available(false);
        roles.tell(new RoleProtocol.UpdateWeights(List.of(weight("a", 2)), answers.getRef()));

        assertThat(answer()).isEqualTo(new CallAnswer(503, "Nothing was set: no majority"));
    }

    @Test
    void theAllocatorHearsWhatOthersHaveSetAndWhatIsSetWhenItAsks() {
        start();
        records.commit(quotas("a", 2));
        assertThat(told().quotas()).containsExactly(quota("a", 2));

        TestProbe<AllocatorProtocol> next = KIT.createTestProbe();
        roles.tell(new RoleProtocol.Follow(next.getRef()));
        next.expectMessage(PATIENCE, new RolesSet(records.current()));
    }
}

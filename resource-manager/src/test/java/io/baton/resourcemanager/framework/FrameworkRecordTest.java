package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.FrameworkId;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.Granted;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameworkRecordTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(new FrameworkId("f").toProto())
            .setFailoverTimeout(30)
            .build();

    private static Optional<FrameworkEntry> entry(String shown) {
        var entry = FrameworkEntry.newBuilder().setInfo(INFO).setEpoch(7).setChanged(7);
        return switch (shown) {
            case "none" -> Optional.empty();
            case "away" ->
                Optional.of(entry.setDisconnectedSince(T0.toEpochMilli()).build());
            case "removed" -> Optional.of(entry.setRemovedAt(T0.toEpochMilli()).build());
            default -> Optional.of(entry.build());
        };
    }

    private static Subscription subscription(String state) {
        var there = Subscription.NONE.connected(INFO, List.of(), Optional.empty(), "s", T0);
        return switch (state) {
            case "unknown" -> Subscription.NONE;
            case "connected" -> there;
            case "renamed" -> there.updated(INFO.toBuilder().setName("other").build(), List.of(), Optional.empty());
            case "disconnected" -> there.disconnected(false, T0);
            case "recovered" -> Subscription.recalled(entry("there").orElseThrow(), T0);
            default -> there.removed(T0);
        };
    }

    @ParameterizedTest(name = "a framework that is {0} while the registry has it as {1}: {2}")
    @CsvSource({
        "unknown,      none,    nothing",
        "unknown,      there,   nothing",
        "connected,    none,    nothing",
        "connected,    there,   nothing",
        "connected,    removed, nothing",
        "connected,    away,    SUBSCRIBE_FRAMEWORK",
        "renamed,      there,   SUBSCRIBE_FRAMEWORK",
        "renamed,      none,    nothing",
        "disconnected, none,    nothing",
        "disconnected, there,   DISCONNECT_FRAMEWORK",
        "disconnected, away,    nothing",
        "disconnected, removed, nothing",
        "recovered,    there,   DISCONNECT_FRAMEWORK",
        "recovered,    away,    nothing",
        "removed,      there,   nothing",
    })
    void writesWhatTheRegistryDoesNotKnow(String state, String entry, String change) {
        var due = FrameworkRecord.due(entry(entry), subscription(state), own(7));

        assertThat(due.map(command -> command.getCommandCase().name()).orElse("nothing"))
                .isEqualTo(change);
    }

    private static OwnEpoch own(long epoch) {
        var own = new OwnEpoch();
        own.recalled(entry("there").orElseThrow().toBuilder().setEpoch(epoch).build());
        return own;
    }

    @ParameterizedTest
    @CsvSource({"renamed,there", "connected,away", "disconnected,there", "recovered,there"})
    void whatAnotherSessionHasWrittenIsNotOverwritten(String state, String entry) {
        assertThat(FrameworkRecord.due(entry(entry), subscription(state), own(6)))
                .isEmpty();
    }

    @Test
    void aSubscriptionOfWhichNobodyKnowsWhetherItWasGrantedMayBeItsOwn() {
        var own = own(6);
        own.subscribed(new Answer.Unknown("late"));
        assertThat(own.isOf(entry("there").orElseThrow())).isTrue();

        own.subscribed(new Answer.Committed(
                8, Result.newBuilder().setGranted(granted(8)).build()));
        own.subscribed(new Answer.Committed(
                7, Result.newBuilder().setGranted(granted(7)).build()));
        assertThat(own.isOf(entryOf(8))).isTrue();
        assertThat(own.isOf(entryOf(9))).isFalse();
    }

    private static FrameworkEntry entryOf(long epoch) {
        return entry("there").orElseThrow().toBuilder().setEpoch(epoch).build();
    }

    @ParameterizedTest
    @CsvSource({"connected,away,SUBSCRIBE_FRAMEWORK", "disconnected,there,DISCONNECT_FRAMEWORK"})
    void anEntryThatWasRestoredIsOlderAndItsOwn(String state, String entry, String change) {
        var due = FrameworkRecord.due(entry(entry), subscription(state), own(8)).orElseThrow();

        assertThat(due.getCommandCase()).hasToString(change);
        assertThat(due.getDisconnectFramework().getEpoch()).isEqualTo(state.equals("connected") ? 0 : 7);
    }

    @Test
    void anotherSessionsSubscriptionIsInheritedWhenItHasHadItsTime() {
        var own = own(6);
        assertThat(own.inherits(entryOf(6), T0.plusSeconds(1000))).isFalse();
        assertThat(own.inherits(entryOf(7), T0)).isFalse();
        var later = T0.plus(Subscription.GRACE);
        assertThat(own.inherits(entryOf(8), later.minusSeconds(1)))
                .as("newer still")
                .isFalse();
        assertThat(own.inherits(entryOf(8), later)).isFalse();
        assertThat(own.isOf(entryOf(8))).isFalse();

        assertThat(own.inherits(entryOf(8), later.plus(Subscription.GRACE).minusSeconds(1)))
                .isTrue();
        assertThat(own.isOf(entryOf(8))).isTrue();
    }

    private static Granted granted(long epoch) {
        return Granted.newBuilder().setEpoch(epoch).setAllocatorEpoch(0).build();
    }

    @Test
    void itsTimeRunsFromWhenItsSchedulerWent() {
        var later = T0.plusSeconds(20);
        assertThat(Subscription.recalled(entry("away").orElseThrow(), later).deadline())
                .isEqualTo(T0.plusSeconds(30));
        assertThat(Subscription.recalled(entry("there").orElseThrow(), later).deadline())
                .isEqualTo(later.plus(Subscription.GRACE));
    }

    @Test
    void aMastersEndIsWrittenAsALaterOneOfItsStream() {
        var gone = Subscription.NONE
                .connected(INFO, List.of(), Optional.empty(), "s", T0)
                .disconnected(true, T0);
        var at = FrameworkRecord.due(entry("there"), gone, own(7)).orElseThrow().getAt();

        assertThat(at).isEqualTo(T0.plus(Subscription.GRACE).minusSeconds(30).toEpochMilli());
        var known = entry("there").orElseThrow().toBuilder().setDisconnectedSince(at);
        assertThat(Subscription.recalled(known.build(), T0.plusSeconds(60)).deadline())
                .isEqualTo(T0.plus(Subscription.GRACE));
        assertThat(FrameworkRecord.due(entry("there"), subscription("disconnected"), own(7))
                        .orElseThrow()
                        .getAt())
                .isEqualTo(T0.toEpochMilli());
    }

    @Test
    void onlyAnExpiryHasACondition() {
        var id = new FrameworkId("f");
        assertThat(FrameworkRecord.remove(id, Optional.of(7L))
                        .getRemoveFramework()
                        .getIfDisconnectedSinceEpoch())
                .isEqualTo(7);
        assertThat(FrameworkRecord.remove(id, Optional.empty())
                        .getRemoveFramework()
                        .hasIfDisconnectedSinceEpoch())
                .isFalse();
    }

    @Test
    void largeLabelsAreLeftOutAndOtherwiseTooLargeDescriptionsAreRefused() {
        var labels = Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(RegistryLimits.DESCRIPTION_BYTES)));
        var labelled = INFO.toBuilder().setLabels(labels).build();
        var named = INFO.toBuilder()
                .setName("n".repeat(RegistryLimits.DESCRIPTION_BYTES))
                .build();

        assertThat(FrameworkRoles.problemOf(labelled, List.of(), Optional.empty()))
                .isEmpty();
        assertThat(FrameworkRoles.problemOf(named, List.of(), Optional.empty()))
                .hasValueSatisfying(why -> assertThat(why).contains("more than " + RegistryLimits.DESCRIPTION_BYTES));
    }

    @Test
    void ofALongDescriptionIsKeptWhatMattersWhileItsSchedulerIsAway() {
        var labels = Labels.newBuilder()
                .addLabels(Label.newBuilder()
                        .setKey("k")
                        .setValue("v".repeat(RegistryLimits.KEPT_FRAMEWORK_BYTES))
                        .build());
        var info = INFO.toBuilder().setPrincipal("p").setCheckpoint(true).setLabels(labels);
        info.addCapabilitiesBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE);
        assertThat(FrameworkRecord.kept(info.build()))
                .isEqualTo(info.clone().clearLabels().build());
        for (int i = 0; i < 500; i++) {
            info.addRoles("role" + i);
        }
        assertThat(FrameworkRoles.problemOf(info.build(), List.of(), Optional.empty()))
                .isEmpty();

        var kept = FrameworkRecord.kept(info.build());

        assertThat(kept)
                .isEqualTo(info.clone().clearLabels().clearRoles().build())
                .satisfies(
                        small -> assertThat(small.getSerializedSize()).isLessThan(RegistryLimits.KEPT_FRAMEWORK_BYTES));
        var there = Subscription.NONE.connected(info.build(), List.of(), Optional.empty(), "s", T0);
        var known = entry("there").map(entry -> entry.toBuilder().setInfo(kept).build());
        assertThat(FrameworkRecord.due(known, there, own(7)))
                .as("nothing is new")
                .isEmpty();
    }

    @Test
    void whatMattersIsNotLong() {
        var named = INFO.toBuilder()
                .setName("n".repeat(RegistryLimits.KEPT_FRAMEWORK_BYTES))
                .build();

        assertThat(FrameworkRoles.problemOf(named, List.of(), Optional.empty()))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("more than " + RegistryLimits.KEPT_FRAMEWORK_BYTES));
    }

    @Test
    void aRemovedFrameworkIsRememberedByItsNames() {
        var labels =
                Labels.newBuilder().addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(100_000)));
        var info = INFO.toBuilder().setPrincipal("p").setLabels(labels).build();
        var constraints = OfferConstraints.newBuilder()
                .putRoleConstraints("*", OfferConstraints.RoleConstraints.getDefaultInstance())
                .build();
        var there = Subscription.NONE.connected(info, List.of("*"), Optional.of(constraints), "s", T0);

        var removed = there.removed(T0);

        assertThat(removed.info())
                .isEqualTo(FrameworkInfo.newBuilder()
                        .setId(info.getId())
                        .setUser("u")
                        .setName("n")
                        .setPrincipal("p")
                        .build());
        assertThat(removed.toProto().getSerializedSize()).isLessThan(200);
        assertThat(there.last(T0).getFrameworkInfo()).as("is shown once more").isEqualTo(info);
        assertThat(there.last(T0).hasUnregisteredTime()).isTrue();
        var entry = entry("removed").orElseThrow().toBuilder().setInfo(info).build();
        assertThat(Subscription.recalled(entry, T0).info()).isEqualTo(removed.info());
    }
}

package io.baton.resourcemanager.registry.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.record.RestorePart;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.StartMaintenance;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.MachineID;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryStateTest {
    private static final long AT = 1_000_000;
    private static final long HOUR = 3_600_000;

    private final RegistryState state = new RegistryState();
    private long index;

    private Result say(String text) {
        return say(text, AT);
    }

    private Result say(String text, long at) {
        return state.apply(Say.command(text, at), ++index).result();
    }

    /** The first command is at index 1. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        join a                                                              | NOT_FOUNDED
        found c; found d                                                    | granted 1/0
        found c; join a                                                     | granted 2/0
        found c; join a; join a                                             | granted 3/0
        found c; join ..                                                    | INVALID
        found c; join a; acquire a 2 s1,s2                                  | granted 3/0
        found c; join a; allocator a 2; acquire a 2 s1                      | granted 4/3
        found c; join a; allocator a 2; join b; allocator b 4               | granted 5/5
        found c; join a; join b; acquire a 2 s; acquire b 3 s; acquire a 2 s| granted 6/0
        found c; join a; acquire a 7 s                                      | STALE
        found c; join a; join a; acquire a 2 s                              | STALE
        found c; join a; down 2; acquire a 2 s                              | STALE
        found c; join a; down 2; down 2                                     | done
        found c; join a; down 2; join a; acquire a 4 s                      | granted 5/0
        found c; join a; join a; down 2; acquire a 3 s                      | granted 5/0
        found c; join a; leave a 2; acquire a 2 s                           | STALE
        found c; join a; join a; leave a 2; acquire a 3 s                   | granted 5/0
        found c; join a; leave a 2; allocator a 2                           | STALE
        found c; admit x                                                    | granted 2/0
        found c; admit x; admit x                                           | granted 3/0
        found c; admit a/b                                                  | INVALID
        found c; unreachable x 2                                            | NOT_FOUND
        found c; admit x; unreachable x 2                                   | written 3
        found c; admit x; unreachable x 2; unreachable x 2                  | done
        found c; admit x; admit x; unreachable x 2                          | conflict 3
        found c; admit x; unreachable x 2; admit x                          | granted 4/0
        found c; admit x; admit y; unreachable x 2; unreachable y 3         | LIMITED 20000
        found c; admit x; gone x                                            | written 3
        found c; admit x; gone x; gone x                                    | done
        found c; gone x                                                     | NOT_FOUND
        found c; admit x; gone x; admit x                                   | GONE
        found c; admit x; gone x; drain x                                   | GONE
        found c; admit x; gone x; unreachable x 2                           | done
        found c; drain x                                                    | NOT_FOUND
        found c; admit x; drain x; drained x                                | written 4
        found c; admit x; drained x                                         | done
        found c; drained x                                                  | NOT_FOUND
        found c; admit x; deactivate x; reactivate x                        | written 4
        found c; admit x; reactivate x                                      | INVALID
        found c; admit x; deactivate x; reactivate x; reactivate x          | INVALID
        found c; admit x; gone x; reactivate x                              | GONE
        found c; reactivate x                                               | NOT_FOUND
        found c; admit x; drain x; reactivate x                             | DRAINING
        found c; admit x; drain x; drained x; reactivate x                  | written 5
        found c; subscribe f                                                | granted 2/0
        found c; subscribe f; subscribe f                                   | granted 3/0
        found c; subscribe a/b                                              | INVALID
        found c; subscribe f; disconnect f 2                                | done
        found c; subscribe f; subscribe f; disconnect f 2                   | conflict 3
        found c; disconnect f 2                                             | NOT_FOUND
        found c; subscribe f; remove f 2                                    | conflict 2
        found c; subscribe f; disconnect f 2; remove f 2                    | done
        found c; subscribe f; disconnect f 2; subscribe f; remove f 2       | conflict 4
        found c; subscribe f; remove f; subscribe f                         | REMOVED
        found c; subscribe f; remove f; remove f                            | done
        found c; subscribe f; remove f; disconnect f 2                      | done
        found c; remove f                                                   | NOT_FOUND
        found c; weight eng 2.5                                             | written 2
        found c; weight eng 0                                               | INVALID
        found c; weight eng NaN                                             | INVALID
        found c; weight eng Infinity                                        | INVALID
        found c; weight /eng 1                                              | INVALID
        found c; weight eng 1; weight eng 2 2                               | written 3
        found c; weight eng 1; weight eng 2; weight eng 3 2                 | conflict 3
        found c; quota eng 10                                               | written 2
        found c; schedule h1 h2                                             | written 2
        found c; schedule h1 h1                                             | INVALID
        found c; start h1                                                   | NOT_FOUND
        found c; schedule h1; start h1                                      | written 3
        found c; schedule h1; start h1; schedule h2                         | INVALID
        found c; schedule h1; stop h1                                       | NOT_FOUND
        found c; schedule h1; start h1; start h1                            | NOT_FOUND
        found c; schedule h1 h2; start h1; start h2 h1                      | NOT_FOUND
        found c; schedule h1; start h1 h1                                   | INVALID
        found c; schedule h1; start h1; stop h1 h1                          | INVALID
        found c; schedule h1; start h1; stop h1; start h1                   | NOT_FOUND
        found c; put n k v                                                  | written 2
        found c; put n k v; put n k w                                       | written 3
        found c; put n k v 0                                                | written 2
        found c; put n k v; put n k w 0                                     | conflict 2
        found c; put n k v; put n k w 2; put n k x 2                        | conflict 3
        found c; put n k v 7                                                | conflict 0
        found c; put .. k v                                                 | INVALID
        found c; put n a/b v                                                | INVALID
        found c; delete n k                                                 | NOT_FOUND
        found c; put n k v; delete n k 3                                    | conflict 2
        found c; put n k v; delete n k 2                                    | written 3
        found c; put n k v; delete n k; put n k w 0                         | written 4
        found c; #r weight eng 2; #r weight eng 2                           | written 2
        found c; #r weight eng 2; #r weight eng 3                           | REQUEST_ID_TAKEN
        found c; #r weight eng 0; #r weight eng 1                           | written 3
        """)
    void answersTheLastOf(String commands, String answer) {
        Result last = null;
        for (var command : commands.split(";")) {
            last = say(command);
        }

        assertThat(Say.shown(last)).isEqualTo(answer);
        assertThat(last.getRefused().getMessage().isEmpty()).isEqualTo(!last.hasRefused());
    }

    @Test
    void grantsOfOneEntryDiffer() {
        say("found c");
        say("join a");

        var first = state.apply(Say.command("acquire a 2 s", AT), 3).result();
        var second = state.apply(Say.command("acquire a 2 s", AT), 3).result();
        var later = state.apply(Say.command("acquire a 2 s", AT), 4).result();
        var afterwards = state.apply(Say.command("acquire a 2 s", AT), 9).result();

        assertThat(List.of(first, second, later, afterwards).stream().map(Say::shown))
                .containsExactly("granted 3/0", "granted 4/0", "granted 5/0", "granted 9/0");
        assertThat(state.shards().get("s").getEpoch()).isEqualTo(9);
    }

    @Test
    void anEntryOfThePastIsABug() {
        state.apply(Say.command("found c", AT), 5);

        assertThatThrownBy(() -> state.apply(Say.command("join a", AT), 4)).hasMessageContaining("entry 4");
    }

    @Test
    void manyAgentsBecomeUnreachableOnlyAsFastAsTheLimitSays() {
        say("found c");
        for (int i = 0; i < 12; i++) {
            say("admit a" + i);
        }
        var answers = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            answers.add(Say.shown(say("unreachable a" + i + " " + (i + 2), AT)));
        }
        answers.add(Say.shown(say("unreachable a3 5", AT + 19_000)));
        answers.add(Say.shown(say("unreachable a3 5", AT + 20_000)));
        answers.add(Say.shown(say("unreachable a4 6", AT - HOUR)));
        answers.add(Say.shown(say("unreachable a4 6", AT - HOUR + 20_000)));

        assertThat(answers)
                .containsExactly(
                        "written 14",
                        "written 15",
                        "written 16",
                        "LIMITED 20000",
                        "LIMITED 1000",
                        "written 19",
                        "LIMITED 20000",
                        "written 21");
    }

    @Test
    void agentsThatAreAwayAlreadyDoNotCountForTheShare() {
        say("found c");
        for (int i = 0; i < 12; i++) {
            say("admit a" + i);
            if (i < 8) {
                say("unreachable a" + i + " " + index, AT + i * HOUR);
            }
        }

        var first = Say.shown(say("unreachable a8 " + incarnation("a8"), AT + 20 * HOUR));
        var second = Say.shown(say("unreachable a9 " + incarnation("a9"), AT + 20 * HOUR));

        assertThat(first).startsWith("written");
        assertThat(second).as("a quarter of the four that were there").isEqualTo("LIMITED 20000");
    }

    private long incarnation(String agent) {
        return state.agents().get(agent).getIncarnation();
    }

    @Test
    void anAgentThatStaysUnreachableIsForgottenAfterTwoWeeks() {
        long later = AT + RegistryLimits.KEPT_UNREACHABLE.toMillis();
        say("found c");
        say("admit a");
        say("unreachable a " + index, AT + HOUR - 60_000);
        say("admit b");
        say("unreachable b " + index, AT + HOUR);
        say("admit back");
        say("unreachable back " + index, AT + 2 * HOUR);

        say("admit x", later + HOUR - 60_000);
        assertThat(state.agents()).containsOnlyKeys("a", "b", "back", "x");
        say("admit back", later + HOUR + 1);
        assertThat(state.agents()).containsOnlyKeys("back", "x");
        say("unreachable back " + incarnation("back"), later + 2 * HOUR);
        say("unreachable x " + incarnation("x"), 2 * later);
        assertThat(state.agents()).containsOnlyKeys("back", "x");
        say("gone x", 3 * later);
        assertThat(state.agents()).containsOnlyKeys("x");
    }

    @Test
    void whatAnOperatorWantsOfAnAgentIsKeptHoweverLongItIsAway() {
        say("found c");
        for (var agent : List.of("drained", "deactivated", "other")) {
            say("admit " + agent);
            say("unreachable " + agent + " " + index, AT + index * HOUR);
        }
        say("drain drained");
        say("deactivate deactivated");

        say("admit x", AT + 2 * RegistryLimits.KEPT_UNREACHABLE.toMillis());
        assertThat(state.agents()).containsOnlyKeys("drained", "deactivated", "x");
        say("admit drained", AT + 3 * RegistryLimits.KEPT_UNREACHABLE.toMillis());
        assertThat(state.agents().get("drained").hasDrain()).isTrue();
        say("reactivate deactivated");
        say("admit x", AT + 3 * RegistryLimits.KEPT_UNREACHABLE.toMillis());
        assertThat(state.agents()).containsOnlyKeys("drained", "x");
    }

    @Test
    void aClockThatIsWrongOnceDoesNotMakeAllUnreachableAgentsForgotten() {
        say("found c");
        for (int i = 0; i < 10; i++) {
            say("admit a" + i);
            say("unreachable a" + i + " " + index, AT + i * HOUR);
        }

        say("admit x", AT + 2 * RegistryLimits.KEPT_UNREACHABLE.toMillis());

        assertThat(state.agents()).hasSize(11 - RegistryLimits.FORGOTTEN_AT_ONCE);
    }

    @Test
    void agentsWithoutAnOperatorsWishMakeRoomFirst() {
        say("found c");
        for (int i = 0; i < RegistryLimits.AGENTS; i++) {
            say("admit a" + i);
        }
        say("deactivate a5");
        say("unreachable a5 " + incarnation("a5"), AT + 1);
        say("unreachable a4 " + incarnation("a4"), AT + 2);

        say("admit x");
        assertThat(state.agents()).containsKeys("a5", "x").doesNotContainKey("a4");
        say("admit y");
        assertThat(state.agents()).containsKey("y").doesNotContainKey("a5");
    }

    @Test
    void unreachableAgentsMakeRoomForOthers() {
        say("found c");
        for (int i = 0; i < RegistryLimits.AGENTS; i++) {
            say("admit a" + i);
        }
        assertThat(Say.shown(say("admit x"))).isEqualTo("FULL");
        say("unreachable a5 " + incarnation("a5"), AT + 1);
        say("unreachable a4 " + incarnation("a4"), AT + 2);

        assertThat(Say.shown(say("admit x"))).startsWith("granted");
        assertThat(state.agents()).containsKeys("a4", "x").doesNotContainKey("a5");
        assertThat(Say.shown(say("admit y"))).startsWith("granted");
        assertThat(state.agents()).doesNotContainKey("a4").hasSize(RegistryLimits.AGENTS);
        assertThat(Say.shown(say("admit z"))).isEqualTo("FULL");
    }

    @Test
    void aRequestIdIsForgottenAfterADay() {
        say("found c");
        say("#r weight eng 2", AT);

        assertThat(Say.shown(say("#r weight eng 2", AT + 24 * HOUR))).isEqualTo("written 2");
        assertThat(Say.shown(say("#r weight eng 2", AT + 24 * HOUR + 1))).isEqualTo("written 4");
    }

    @Test
    void oldRequestIdsMakeRoom() {
        say("found c");
        for (int i = 0; i <= RegistryLimits.REQUESTS; i++) {
            say("#r" + i + " weight eng 2");
        }

        assertThat(Say.shown(say("#r1 weight eng 2"))).isEqualTo("written 3");
        assertThat(Say.shown(say("#r0 weight eng 2"))).isEqualTo("written " + index);
    }

    @Test
    void tombstonesAreBounded() {
        say("found c");
        for (int i = 0; i <= RegistryLimits.REMOVED_FRAMEWORKS; i++) {
            say("subscribe f" + i);
            say("remove f" + i);
            say("admit a" + i);
            say("gone a" + i);
        }

        assertThat(state.frameworks())
                .hasSize(RegistryLimits.REMOVED_FRAMEWORKS)
                .doesNotContainKey("f0");
        assertThat(state.agents()).hasSize(RegistryLimits.GONE_AGENTS).doesNotContainKey("a0");
    }

    @Test
    void valuesHaveLimits() {
        say("found c");
        var most = ByteString.copyFrom(new byte[RegistryLimits.VALUE_BYTES]);

        assertThat(Say.shown(put("n", "k", most.concat(ByteString.copyFromUtf8("x")))))
                .isEqualTo("FULL");
        int fit = RegistryLimits.NAMESPACE_BYTES / (RegistryLimits.VALUE_BYTES + 3);
        for (int i = 0; i < fit; i++) {
            assertThat(put("n", "k" + (10 + i), most).hasDone()).isTrue();
        }
        assertThat(Say.shown(put("n", "k99", most))).isEqualTo("FULL");
        assertThat(put("n", "k10", most).hasDone()).as("the same again").isTrue();
        assertThat(put("n", "k10", ByteString.EMPTY).hasDone()).isTrue();
        assertThat(put("n", "k99", most).hasDone()).as("there is room again").isTrue();
        assertThat(put("m", "k", most).hasDone())
                .as("other namespaces have their own")
                .isTrue();
    }

    @Test
    void allNamespacesTogetherHaveALimit() {
        say("found c");
        var most = ByteString.copyFrom(new byte[RegistryLimits.VALUE_BYTES]);
        int i = 0;
        Result result;
        do {
            result = put("n" + i / 30, "k" + i, most);
            i++;
        } while (result.hasDone());

        assertThat(result.getRefused().getMessage()).contains("all namespaces together");
        assertThat(state.valueBytes())
                .isBetween(RegistryLimits.ALL_VALUES_BYTES - RegistryLimits.VALUE_BYTES - 10L, (long)
                        RegistryLimits.ALL_VALUES_BYTES);
    }

    private Result put(String namespace, String key, ByteString value) {
        var put = PutValue.newBuilder().setNamespace(namespace).setKey(key).setValue(value);
        return state.apply(Command.newBuilder().setAt(AT).setPutValue(put).build(), ++index)
                .result();
    }

    @Test
    void aRestoredClusterKeepsItsIdAndGoesOnAboveAllEpochs() {
        say("found old");
        say("join a");
        say("subscribe f");
        say("acquire a 2 s");
        var saved = ByteString.copyFrom(Formats.bytes(state.save()));

        var fresh = new RegistryState();
        fresh.apply(Say.command("found new", AT), 1);
        fresh.apply(Say.command("join b", AT), 2);
        int half = saved.size() / 2;
        var first = fresh.apply(part(0, saved.substring(0, half)), 3).result();
        var second = fresh.apply(part(1, saved.substring(half)), 4).result();

        assertThat(first.hasDone() && second.hasDone()).isTrue();
        assertThat(fresh.clusterId()).contains("old");
        assertThat(fresh.masters()).containsOnlyKeys("b");
        assertThat(fresh.shards()).isEmpty();
        assertThat(fresh.frameworks()).containsOnlyKeys("f");
        var epoch = fresh.apply(Say.command("acquire b 2 s", AT), 5).result().getGranted();
        assertThat(epoch.getEpoch()).isGreaterThan(RegistryState.RESTORE_GAP);
    }

    @Test
    void aRestoreThatMissesAPieceOrIsNoSnapshotChangesNothing() {
        say("found c");
        var before = state.save();

        assertThat(Say.shown(apply(part(1, ByteString.EMPTY)))).isEqualTo("STALE");
        apply(part(0, ByteString.copyFromUtf8("what ")));
        assertThat(Say.shown(apply(part(1, ByteString.copyFromUtf8("ever"))))).isEqualTo("INVALID");
        assertThat(state.save().toBuilder().setIndex(before.getIndex()).build()).isEqualTo(before);
    }

    private Result apply(Command command) {
        return state.apply(command, ++index).result();
    }

    private static Command part(int part, ByteString piece) {
        return Command.newBuilder()
                .setAt(AT)
                .setRestorePart(RestorePart.newBuilder()
                        .setRestoreId("r")
                        .setPart(part)
                        .setParts(2)
                        .setPiece(piece))
                .build();
    }

    @Test
    void maintenanceThatStopsLeavesTheSchedule() {
        say("found c");
        say("schedule h1 h2");
        say("start h1");
        assertThat(state.downMachines()).hasSize(1);

        say("stop h1");

        assertThat(state.downMachines()).isEmpty();
        assertThat(state.schedule().getWindows(0).getMachineIdsList())
                .extracting(m -> m.getHostname())
                .containsExactly("h2");
    }

    @Test
    void aMachineIsFoundByItsHostnameInAnyCaseOrItsAddress() {
        say("found c");
        say("schedule Host1");
        say("start HOST1");

        assertThat(state.absence("host1", "10.0.0.1")).isPresent();
        assertThat(state.isDown("hOST1", "")).isTrue();
        assertThat(state.absence("host2", "10.0.0.1")).isEmpty();
        assertThat(state.isDown("host2", "10.0.0.1")).isFalse();
        assertThat(state.downMachines().values())
                .as("as it is in the schedule")
                .extracting(m -> m.getHostname())
                .containsExactly("Host1");

        var again = new RegistryState();
        again.load(state.save());
        assertThat(again.absence("host1", "10.0.0.1")).isPresent();
        assertThat(again.isDown("host1", "10.0.0.1")).isTrue();

        say("stop host1");
        assertThat(state.absence("host1", "")).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "host1, , true",
        "HOST1, 10.0.0.1, true",
        "host1, 10.0.0.2, false",
        "host, , false",
        "host10, , false",
        "host1-a, , false",
    })
    void ofAMachineThatIsNamedByBothTheHostnameWillDoUntilTheAddressIsKnown(String host, String ip, boolean down) {
        var machine = MachineID.newBuilder().setHostname("Host1").setIp("10.0.0.1");
        var window = Window.newBuilder()
                .addMachineIds(machine)
                .setUnavailability(Unavailability.newBuilder()
                        .setStart(TimeInfo.newBuilder().setNanoseconds(1)));
        say("found c");
        state.apply(
                Command.newBuilder()
                        .setAt(0)
                        .setUpdateSchedule(UpdateSchedule.newBuilder()
                                .setSchedule(Schedule.newBuilder().addWindows(window)))
                        .build(),
                state.index() + 1);
        assertThat(state.absence(host, ip == null ? "" : ip).isPresent()).isEqualTo(down);
        state.apply(
                Command.newBuilder()
                        .setAt(0)
                        .setStartMaintenance(StartMaintenance.newBuilder().addMachines(machine))
                        .build(),
                state.index() + 1);

        assertThat(state.isDown(host, ip == null ? "" : ip)).isEqualTo(down);
    }

    @Test
    void quotasGoWhenTheyAreEmpty() {
        say("found c");
        say("quota eng 10");
        assertThat(state.quotas()).containsOnlyKeys("eng");

        say("quota eng none");

        assertThat(state.quotas()).isEmpty();
    }

    /** Each kind at its limits, and 16 MiB for all that is small. */
    @Test
    void whatMastersProposeAtMostCanBeRestored() {
        var framework = FrameworkEntry.newBuilder()
                .setInfo(
                        FrameworkInfo.newBuilder().setUser("").setName("n".repeat(RegistryLimits.KEPT_FRAMEWORK_BYTES)))
                .setEpoch(Long.MAX_VALUE)
                .setDisconnectedSince(Long.MAX_VALUE)
                .setRemovedAt(Long.MAX_VALUE)
                .setChanged(Long.MAX_VALUE)
                .build();
        var agent = AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h".repeat(RegistryLimits.KEPT_AGENT_BYTES)))
                .setState(AgentEntry.State.GONE)
                .setSince(Long.MAX_VALUE)
                .setIncarnation(Long.MAX_VALUE)
                .setChanged(Long.MAX_VALUE)
                .build();
        long frameworks = RegistryLimits.FRAMEWORKS + RegistryLimits.REMOVED_FRAMEWORKS;
        long agents = RegistryLimits.AGENTS + RegistryLimits.GONE_AGENTS;

        assertThat(frameworks * framework.getSerializedSize()
                        + agents * agent.getSerializedSize()
                        + RegistryLimits.ALL_VALUES_BYTES
                        + 16 * 1024 * 1024)
                .isLessThan(RegistryLimits.RESTORE_BYTES);
    }
}

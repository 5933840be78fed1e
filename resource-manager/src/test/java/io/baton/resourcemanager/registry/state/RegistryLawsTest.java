package io.baton.resourcemanager.registry.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.resourcemanager.registry.record.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever is proposed. */
class RegistryLawsTest {
    private static Arbitrary<String> anyOf(String... texts) {
        return Arbitraries.of(texts);
    }

    @Provide
    Arbitrary<List<Command>> histories() {
        var texts = Combinators.combine(
                        anyOf(
                                "join M",
                                "down I",
                                "leave M I",
                                "acquire M I s1",
                                "acquire M I s2,s3",
                                "allocator M I",
                                "admit A",
                                "unreachable A I",
                                "gone A",
                                "drain A",
                                "drained A",
                                "deactivate A",
                                "reactivate A",
                                "subscribe F",
                                "disconnect F I",
                                "remove F",
                                "remove F I",
                                "weight eng 2",
                                "#q weight ops 3",
                                "quota eng 4",
                                "quota eng none",
                                "schedule h1 h2",
                                "start h1",
                                "stop h1",
                                "put n K v",
                                "put n K w 0",
                                "put n K x I",
                                "delete n K",
                                "delete n K I"),
                        anyOf("a", "b", "c"),
                        anyOf("f", "g"),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.longs().between(0, 100_000))
                .as((text, name, framework, number, at) -> Say.command(
                        text.replace("M", name)
                                .replace("A", name)
                                .replace("K", name)
                                .replace("F", framework)
                                .replace("I", number.toString()),
                        at));
        return texts.list().ofMaxSize(60);
    }

    private static RegistryState founded() {
        var state = new RegistryState();
        state.apply(Say.command("found c", 0), 1);
        return state;
    }

    @Property(tries = 300)
    void theSameCommandsGiveTheSameResultsAndBytes(@ForAll("histories") List<Command> history) {
        var one = founded();
        var other = founded();
        long index = 1;
        for (var command : history) {
            index++;
            assertThat(one.apply(command, index)).isEqualTo(other.apply(command, index));
        }
        assertThat(Formats.bytes(one.save())).isEqualTo(Formats.bytes(other.save()));
    }

    @Property(tries = 300)
    void aStateThatWasSavedAndLoadedGoesOnAsIfNothingHadHappened(@ForAll("histories") List<Command> history) {
        var one = founded();
        var other = founded();
        long index = 1;
        for (var command : history) {
            index++;
            other = reloaded(other);
            assertThat(other.apply(command, index)).isEqualTo(one.apply(command, index));
        }
        assertThat(other.save()).isEqualTo(one.save());
    }

    private static RegistryState reloaded(RegistryState state) {
        var reloaded = new RegistryState();
        reloaded.load(Formats.snapshot(ByteString.copyFrom(Formats.bytes(state.save()))));
        return reloaded;
    }

    /** One master loads a snapshot, another does not, or is of a version that trims nothing: they judge alike. */
    @Property(tries = 300)
    void byWhatLargeTombstonesLoseNoCommandIsJudged(@ForAll("histories") List<Command> history) {
        var one = founded();
        var other = founded();
        long index = 1;
        for (var command : history) {
            index++;
            var large = large(command);
            other = reloaded(other);
            assertThat(other.apply(large, index)).isEqualTo(one.apply(large, index));
        }
        var saved = reloaded(other).save();
        assertThat(saved.getFrameworksList().stream().filter(FrameworkEntry::hasRemovedAt))
                .allSatisfy(entry -> assertThat(entry.getSerializedSize()).isLessThan(1024));
        assertThat(saved.getAgentsList().stream().filter(entry -> entry.getState() == AgentEntry.State.GONE))
                .allSatisfy(entry -> assertThat(entry.getSerializedSize()).isLessThan(1024));
        assertThat(reloaded(one).save()).isEqualTo(saved);
    }

    private static Command large(Command command) {
        var out = command.toBuilder();
        if (out.hasSubscribeFramework()) {
            out.getSubscribeFrameworkBuilder().getInfoBuilder().setName("n".repeat(10_000));
        } else if (out.hasAdmitAgent()) {
            out.getAdmitAgentBuilder().getInfoBuilder().setHostname("h".repeat(10_000));
        }
        return out.build();
    }

    @Property(tries = 300)
    void epochsAndVersionsGrowAndARefusalChangesNothing(@ForAll("histories") List<Command> history) {
        var state = founded();
        var granted = new ArrayList<Long>();
        long index = 1;
        for (var command : history) {
            var before = state.save().toBuilder()
                    .clearIndex()
                    .clearUnreachableLimit()
                    .buildPartial();
            // Three commands in each entry: their numbers differ all the same.
            var result = state.apply(command, 1 + ++index / 3).result();
            if (!command.hasRequestId() && epoch(result) > 0) {
                granted.add(epoch(result));
            }
            if (!Results.isTaken(result)) {
                assertThat(state.save().toBuilder()
                                .clearIndex()
                                .clearUnreachableLimit()
                                .buildPartial())
                        .isEqualTo(before);
            }
        }
        assertThat(granted).isSorted().doesNotHaveDuplicates();
    }

    @Property(tries = 300)
    void onlyTheNewestLivingIncarnationOfAMasterAcquires(@ForAll("histories") List<Command> history) {
        var state = founded();
        var owners = new TreeMap<String, Long>();
        long index = 1;
        for (var command : history) {
            var masters = new TreeMap<>(state.masters());
            var result = state.apply(command, ++index).result();
            if (command.hasAcquireShards() && result.hasGranted()) {
                var acquire = command.getAcquireShards();
                var master = masters.get(acquire.getMaster());
                assertThat(master.getIncarnation()).isEqualTo(acquire.getIncarnation());
                assertThat(master.hasDownAt()).isFalse();
                acquire.getShardsList()
                        .forEach(s -> owners.put(s, result.getGranted().getEpoch()));
            }
        }
        owners.forEach((shard, epoch) ->
                assertThat(state.shards().get(shard).getEpoch()).isEqualTo(epoch));
        assertThat(state.shards()).hasSameSizeAs(owners);
    }

    private static long epoch(Result result) {
        return result.hasGranted()
                ? result.getGranted().getEpoch()
                : result.getDone().getVersion();
    }
}

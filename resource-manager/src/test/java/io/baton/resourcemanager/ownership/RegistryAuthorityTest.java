package io.baton.resourcemanager.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.core.id.AgentId;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.MasterDown;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Agents "x1", "x2", … are in shard "x". */
class RegistryAuthorityTest {
    private static final AgentId A1 = new AgentId("a1");
    private static final AgentId A2 = new AgentId("a2");
    private static final AgentId B1 = new AgentId("b1");
    private static final AgentId C1 = new AgentId("c1");

    private final MemoryRegistrar.Log log = new MemoryRegistrar.Log();
    private final MemoryRegistrar one = new MemoryRegistrar(log, "one");
    private final MemoryRegistrar two = new MemoryRegistrar(log, "two");
    private final RegistryAuthority first = authority(CompletableFuture.completedFuture(one));
    private final RegistryAuthority second = authority(CompletableFuture.completedFuture(two));

    private static RegistryAuthority authority(CompletionStage<? extends Registrar> registrar) {
        return new RegistryAuthority(
                registrar, agent -> agent.value().substring(0, 1), new MasterMetrics(new PrometheusRegistry()));
    }

    private static Grant now(CompletionStage<Grant> claim) {
        assertThat(claim.toCompletableFuture()).isDone();
        return claim.toCompletableFuture().join();
    }

    @Test
    void anEpochIsAnIndexOfTheLogAndAllOfAShardHaveIt() {
        var granted = now(first.acquire(A1));

        assertThat(granted).isEqualTo(new Grant(log.index(), 0, "c"));
        assertThat(now(first.acquire(A2))).isEqualTo(granted);
        assertThat(one.proposed()).hasSize(1);
        assertThat(now(first.acquire(B1)).epoch()).isGreaterThan(granted.epoch());
        assertThat(first.holds(A1, granted.epoch())).isTrue();
    }

    @Test
    void theNewestClaimantWins() {
        long old = now(first.acquire(A1)).epoch();
        long young = now(second.acquire(A2)).epoch();

        assertThat(young).isGreaterThan(old);
        assertThat(first.holds(A1, old)).isFalse();
        assertThat(second.holds(A1, young)).isTrue();
        assertThat(first.newest(A1)).isEqualTo(young);
        assertThat(first.newest(B1)).as("nobody has claimed it").isZero();
        assertThat(now(first.acquire(A1)).epoch()).isGreaterThan(young);
        assertThat(second.holds(A1, young)).isFalse();
    }

    @Test
    void whatIsClaimedMeanwhileGoesIntoTheNextEntryTogether() {
        one.hold();
        var claims = Stream.of(A1, B1, C1)
                .map(agent -> first.acquire(agent).toCompletableFuture())
                .toList();
        assertThat(claims).noneMatch(CompletableFuture::isDone);

        one.release();

        assertThat(one.proposed())
                .extracting(c -> List.copyOf(c.getAcquireShards().getShardsList()))
                .containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(claims).allMatch(CompletableFuture::isDone);
    }

    @Test
    void neighboursThatComeWhileTheirShardIsClaimedDoNotReplaceOneAnother() {
        one.hold();
        var early = first.acquire(A1);
        var late = first.acquire(A2);

        one.release();

        assertThat(one.proposed()).hasSize(1);
        assertThat(now(late)).isEqualTo(now(early));
        assertThat(first.holds(A1, now(early).epoch())).isTrue();
        assertThat(now(first.acquire(A2))).as("once it is granted").isEqualTo(now(early));
    }

    @Test
    void aGrantNamesTheNewestAllocator() {
        long old = first.acquireAllocator().toCompletableFuture().join();
        assertThat(now(first.acquire(A1)).allocator()).isEqualTo(old);

        long young = second.acquireAllocator().toCompletableFuture().join();

        assertThat(first.holdsAllocator(old)).isFalse();
        assertThat(first.allocatorReplaced(old)).isTrue();
        assertThat(second.allocatorReplaced(young)).isFalse();
        assertThat(second.holdsAllocator(young)).isTrue();
        assertThat(now(first.acquire(A1)).allocator())
                .as("also that of an epoch that was there already")
                .isEqualTo(young);
    }

    @Test
    void whoHasSteppedDownGetsANewEpochAndItsNeighbourTheSame() {
        long old = now(first.acquire(A1)).epoch();

        first.lost(A1, old, 0);
        long next = now(first.acquire(A1)).epoch();
        first.lost(A2, old, 0);

        assertThat(next).isGreaterThan(old);
        assertThat(now(first.acquire(A2)).epoch()).isEqualTo(next);
        first.lost(A1, old, next + 5);
        assertThat(now(first.acquire(A1)).epoch()).isGreaterThan(next);
    }

    @Test
    void withoutAMajorityNothingIsHeldAndClaimsSayWhy() {
        long epoch = now(first.acquire(A1)).epoch();
        long allocator = first.acquireAllocator().toCompletableFuture().join();
        one.available(false);

        assertThat(first.holds(A1, epoch)).isFalse();
        assertThat(first.holdsAllocator(allocator)).isFalse();
        assertThat(first.allocatorReplaced(allocator))
                .as("it may go on under the same epoch")
                .isFalse();
        assertThatThrownBy(() -> now(first.acquire(A1))).hasRootCauseMessage("no majority");
        assertThatThrownBy(() -> first.acquireAllocator().toCompletableFuture().join())
                .hasRootCauseMessage("no majority");

        one.available(true);
        assertThat(now(first.acquire(A1)).epoch()).isEqualTo(epoch);
    }

    @Test
    void aMasterThatWasDeclaredDownIsGrantedNothing() {
        one.commit(Command.newBuilder().setMasterDown(MasterDown.newBuilder().setIncarnation(one.incarnation())));

        assertThatThrownBy(() -> now(first.acquire(A1)))
                .rootCause()
                .hasMessageContaining("was declared down")
                .hasMessageContaining("must end and start again");
    }

    @Test
    void claimsWaitForTheRegistryAndFailWithIt() {
        var starting = new CompletableFuture<Registrar>();
        var early = authority(starting);
        var claim = early.acquire(A1).toCompletableFuture();
        var other = early.acquire(B1).toCompletableFuture();
        assertThat(early.holds(A1, 1)).isFalse();
        assertThat(claim).isNotDone();

        starting.complete(one);

        assertThat(now(claim)).isEqualTo(now(other));

        var never = new CompletableFuture<Registrar>();
        var waiting = authority(never).acquire(A1);
        never.completeExceptionally(new IllegalStateException("no disk"));
        assertThatThrownBy(() -> now(waiting)).hasRootCauseMessage("the registry did not start: no disk");
    }
}

package io.baton.benchmarks.micro;

import io.baton.core.id.AgentId;
import io.baton.core.id.OfferId;
import io.baton.resourcemanager.agent.AgentLedger;
import io.baton.resourcemanager.agent.LedgerEffect;
import io.baton.resourcemanager.agent.LedgerRules;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The ledger of an agent that runs a hundred tasks already. */
@State(Scope.Thread)
public class AgentLedgerBench {
    private static final AgentId AGENT = new AgentId("m-S0");
    private static final int RUNNING = 100;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private AgentLedger ledger;
    private long number;

    /** A ledger, and a hundred running tasks on it. */
    @Setup(Level.Iteration)
    public void register() {
        ledger = new AgentLedger(
                AGENT, new LedgerRules("m", Duration.ofHours(1), Duration.ofHours(1)), new Grant(1, 0, "c"), NOW);
        ledger.register(Samples.registration(AGENT, RUNNING), "10.0.0.1", 1, NOW);
    }

    private Offer offer() {
        number++;
        for (var effect : ledger.offer(Samples.FRAMEWORK, "*", ledger.free(), 1, number, NOW)) {
            if (effect instanceof LedgerEffect.Granted granted) {
                return granted.offer();
            }
        }
        throw new IllegalStateException("the ledger made no offer");
    }

    /** All that is free becomes an offer, and comes back. */
    @Benchmark
    public List<LedgerEffect> offerAndDecline() {
        return ledger.decline(Samples.FRAMEWORK, List.of(OfferId.fromProto(offer().getId())), Duration.ZERO);
    }

    /** All that is free becomes an offer, one task is launched on it, and ends. */
    @Benchmark
    public List<LedgerEffect> offerAcceptAndUpdate() {
        var offer = offer();
        var task = Samples.task("t" + number, AGENT);
        ledger.accept(
                Samples.FRAMEWORK_INFO,
                List.of(OfferId.fromProto(offer.getId())),
                List.of(Samples.launch(List.of(task))),
                Duration.ZERO);
        return ledger.updated(Samples.update(task, TaskState.TASK_FINISHED));
    }
}

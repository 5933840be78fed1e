package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.IdRules;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.link.ToAgent;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DeactivateAgent;
import io.baton.resourcemanager.registry.record.DrainAgent;
import io.baton.resourcemanager.registry.record.MarkAgentDrained;
import io.baton.resourcemanager.registry.record.MarkAgentGone;
import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.ReactivateAgent;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.routing.RollCallActor;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the registry holds of one agent, how that is changed, and what its answers mean. */
final class RegistryAgents {
    /** At most this share of all agents is marked unreachable at once, in percent; one always may be. */
    static final int MARK_SHARE_PERCENT = 20;

    /** Beyond that share, one more for each such interval. */
    static final Duration MARK_INTERVAL = Duration.ofSeconds(20);

    /** How long after an answer that is none the next mark is tried. */
    static final Duration MARK_AGAIN = Duration.ofSeconds(1);

    private final Registrar registrar;
    private final AgentId id;
    private boolean admitted;
    private AgentInfo info = AgentInfo.getDefaultInstance();
    private String ip = "";

    RegistryAgents(Registrar registrar, AgentId id) {
        this.registrar = registrar;
        this.id = id;
    }

    Optional<AgentEntry> entry() {
        return registrar.read(state -> Optional.ofNullable(state.agents().get(id.value())));
    }

    /** UNKNOWN if the registry does not have it. */
    State state() {
        return entry().map(AgentEntry::getState).orElse(State.UNKNOWN);
    }

    /** Whether this owner has had the agent admitted, and as it is. Then its link may break and come again without a vote. */
    boolean holds(AgentInfo info, String address) {
        return admitted
                && entry().filter(known -> known.getState() == State.ADMITTED
                                && known.getIp().equals(address)
                                && known.getInfo().equals(AgentRecord.kept(info)))
                        .isPresent();
    }

    /** All frameworks that are not removed. */
    List<FrameworkId> frameworks() {
        return registrar.read(state -> state.frameworks().entrySet().stream()
                .filter(entry -> !entry.getValue().hasRemovedAt())
                .map(entry -> new FrameworkId(entry.getKey()))
                .toList());
    }

    /**
     * What the allocator and all frameworks hear of an agent that is marked, as its ledger begins: whoever had it marked
     * may have ended before it told them. Nothing of one that is admitted; of one that was marked long ago, frameworks
     * have heard.
     */
    List<LedgerEffect> lostAgain(long epoch, Instant now) {
        var out = new ArrayList<LedgerEffect>();
        entry().ifPresent(known -> Standing.of(known).ofUnknownTask().ifPresent(state -> {
            out.add(new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(id, false)));
            if (RollCallActor.isCalled(known, now)) {
                frameworks().forEach(f -> out.add(new LedgerEffect.Lost(f, state, epoch, List.of(), true)));
            }
            out.add(new LedgerEffect.Forgotten(id));
        }));
        return out;
    }

    CompletionStage<Answer> admit(AgentInfo as, String address) {
        info = as;
        ip = address;
        return admitAgain();
    }

    /** As it was admitted last. */
    CompletionStage<Answer> admitAgain() {
        return registrar.propose(Command.newBuilder()
                .setAdmitAgent(
                        AdmitAgent.newBuilder().setInfo(AgentRecord.kept(info)).setIp(ip)));
    }

    /** It may be marked from now on, whatever is answered: it does not come again without a vote. */
    CompletionStage<Answer> mark(long incarnation) {
        admitted = false;
        return registrar.propose(Command.newBuilder()
                .setMarkAgentUnreachable(MarkAgentUnreachable.newBuilder()
                        .setAgentId(id.toProto())
                        .setIncarnation(incarnation)
                        .setSharePercent(MARK_SHARE_PERCENT)
                        .setIntervalMillis(MARK_INTERVAL.toMillis())));
    }

    CompletionStage<Answer> markGone() {
        return registrar.propose(
                Command.newBuilder().setMarkAgentGone(MarkAgentGone.newBuilder().setAgentId(id.toProto())));
    }

    /**
     * Refused while its machine is in the maintenance schedule: the two ways of emptying a host do not know of each
     * other.
     *
     * @param link the address of its link; empty if there was none yet
     */
    CompletionStage<Answer> drain(DrainConfig config, String link) {
        var scheduled = registrar.read(state -> Optional.ofNullable(
                        state.agents().get(id.value()))
                .filter(entry -> HostPlan.of(entry, state, link).absence().isPresent()));
        if (scheduled.isPresent()) {
            var refused = Refused.newBuilder()
                    .setCode(Refused.Code.INVALID)
                    .setMessage("Agent " + id + " is part of a maintenance schedule under Machine '{\"hostname\":\""
                            + IdRules.printable(scheduled.get().getInfo().getHostname()) + "\",\"ip\":\""
                            + (link.isEmpty() ? scheduled.get().getIp() : link) + "\"}'");
            return CompletableFuture.completedFuture(new Answer.Committed(
                    0, Result.newBuilder().setRefused(refused).build()));
        }
        return registrar.propose(Command.newBuilder()
                .setDrainAgent(DrainAgent.newBuilder().setAgentId(id.toProto()).setConfig(config)));
    }

    /**
     * The agent is empty.
     *
     * @param gone whether it will not come back: that is written at once, so that one that is not gone is still
     *     draining, and this comes again
     */
    CompletionStage<Answer> drained(boolean gone) {
        return gone ? markGone() : drained();
    }

    private CompletionStage<Answer> drained() {
        return registrar.propose(Command.newBuilder()
                .setMarkAgentDrained(MarkAgentDrained.newBuilder().setAgentId(id.toProto())));
    }

    CompletionStage<Answer> deactivate() {
        return registrar.propose(Command.newBuilder()
                .setDeactivateAgent(DeactivateAgent.newBuilder().setAgentId(id.toProto())));
    }

    CompletionStage<Answer> reactivate() {
        return registrar.propose(Command.newBuilder()
                .setReactivateAgent(ReactivateAgent.newBuilder().setAgentId(id.toProto())));
    }

    /**
     * What operators want of the agent.
     *
     * @param link the address of its link; empty if there was none yet
     */
    HostPlan plan(String link) {
        return registrar.read(state -> Optional.ofNullable(state.agents().get(id.value()))
                .map(entry -> HostPlan.of(entry, state, link))
                .orElse(HostPlan.NONE));
    }

    private static Optional<Result> result(Answer answer) {
        return answer instanceof Answer.Committed committed ? Optional.of(committed.result()) : Optional.empty();
    }

    /** What an agent that was not admitted is told; empty if it was. */
    static Optional<ToAgent> refusal(Answer answer) {
        var result = result(answer);
        if (result.isEmpty()) {
            return Optional.of(
                    Refusals.refused("the masters cannot agree now: a majority of them must reach each other", false));
        }
        if (!result.get().hasRefused()) {
            return Optional.empty();
        }
        var refused = result.get().getRefused();
        return Optional.of(
                refused.getCode() == Refused.Code.GONE
                        ? Refusals.goneAgent()
                        : Refusals.refused(refused.getMessage(), refused.getCode() == Refused.Code.INVALID));
    }

    /** Notes that the agent is admitted. @return its incarnation */
    long admitted(Answer answer) {
        admitted = true;
        return result(answer).orElseThrow().getGranted().getEpoch();
    }

    /** Whether the agent has registered elsewhere since. */
    static boolean isConflict(Answer answer) {
        return result(answer).filter(Result::hasConflict).isPresent();
    }

    /** How long to wait before an agent may be marked; empty if it is marked, or the registry never had it. */
    static Optional<Duration> wait(Answer answer) {
        var result = result(answer);
        if (result.isEmpty()) {
            return Optional.of(MARK_AGAIN);
        }
        var refused = result.get().getRefused();
        return refused.getCode() == Refused.Code.LIMITED
                ? Optional.of(Duration.ofMillis(refused.getRetryAfterMillis()))
                : Optional.empty();
    }

    /** What an operator is answered who wants something of an agent that must be there. */
    static CallAnswer ordered(Answer answer) {
        var told = answered(answer);
        return told.status() == CallAnswer.notFound("").status() ? CallAnswer.badRequest(told.message()) : told;
    }

    /** What an operator is answered. */
    static CallAnswer answered(Answer answer) {
        var result = result(answer);
        if (result.isEmpty()) {
            return CallAnswer.unavailable(
                    "the masters cannot agree now" + (answer instanceof Answer.Unknown ? ": it may be done" : ""));
        }
        return result.get().hasRefused()
                ? CallAnswer.notFound(result.get().getRefused().getMessage())
                : CallAnswer.OK;
    }
}

package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.v1.Offer;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** What an operator may want to read of an agent and its owner. */
final class LedgerLog {
    private final ActorContext<AgentProtocol> context;
    private final AgentId id;

    /** @param context the entity's, which alone may call this */
    LedgerLog(ActorContext<AgentProtocol> context, AgentId id) {
        this.context = context;
        this.id = id;
    }

    private Logger log() {
        return context.getLog();
    }

    void registers(String ip, long epoch) {
        log().info("agent registers agentId={} ip={} epoch={}", id, ip, epoch);
    }

    void notAdmitted(String why) {
        log().warn("agent not admitted agentId={} reason={}", id, why);
    }

    /** The registry holds it as another than it is: the owner has it written down. */
    void admittedAgain() {
        log().warn("agent is here, and the registry does not say so: it is admitted again agentId={}", id);
    }

    /** No news while the masters themselves cut all links. */
    void linkLost() {
        boolean leaving =
                CoordinatedShutdown.get(context.getSystem()).getShutdownReason().isPresent();
        log().atLevel(leaving ? Level.INFO : Level.WARN).log("agent link lost agentId={}", id);
    }

    void unreachable() {
        log().warn("agent is unreachable agentId={}", id);
    }

    void gone() {
        log().warn("agent is gone for good agentId={}", id);
    }

    void drained(boolean gone) {
        log().info("agent is drained agentId={} gone={}", id, gone);
    }

    void endsForMaintenance() {
        log().warn("agent ends for maintenance agentId={}", id);
    }

    void stepsDown(long epoch, long newer) {
        log().warn("agent's owner steps down agentId={} epoch={} newer={}", id, epoch, newer);
    }

    void planned(CallAnswer answer) {
        log().info(
                        "operator's plan for an agent agentId={} status={} problem={}",
                        id,
                        answer.status(),
                        answer.message());
    }

    void operated(Offer.Operation.Type type, CallAnswer answer) {
        log().info(
                        "operator's operation agentId={} type={} status={} problem={}",
                        id,
                        type,
                        answer.status(),
                        answer.message());
    }

    void preempts(AgentProtocol.Preempt m) {
        log().info(
                        "tasks end for another role agentId={} frameworkId={} role={} for={} resources={} most={}",
                        id,
                        m.framework(),
                        m.role(),
                        m.claimant(),
                        m.wanted(),
                        m.most());
    }
}

package io.baton.resourcemanager.agent;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.CallAnswer;
import java.util.List;

/** What an operator is answered, and what follows. */
record Ordered(CallAnswer answer, List<LedgerEffect> effects) {
    static Ordered refused(CallAnswer answer) {
        return new Ordered(answer, List.of());
    }

    /** Of an agent that has no link. */
    static Ordered refusedWhileAway(AgentId agent, boolean known) {
        return refused(
                known
                        ? new CallAnswer(409, "Agent " + agent + " is not connected")
                        : CallAnswer.badRequest("No agent found with specified ID"));
    }
}

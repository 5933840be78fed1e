package io.baton.resourcemanager.agent;

import io.baton.core.protocol.CallAnswer;
import java.util.List;

/** What an operator is answered, and what follows. */
record Ordered(CallAnswer answer, List<LedgerEffect> effects) {
    static Ordered refused(CallAnswer answer) {
        return new Ordered(answer, List.of());
    }
}

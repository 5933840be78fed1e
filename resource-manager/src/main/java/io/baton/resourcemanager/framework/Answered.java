package io.baton.resourcemanager.framework;

import io.baton.core.protocol.CallAnswer;
import java.util.List;

/**
 * What a call leads to.
 *
 * @param answer for the HTTP request; it says nothing of the effect
 * @param effects in order; empty if the call was refused
 */
public record Answered(CallAnswer answer, List<SessionEffect> effects) {
    static Answered accepted(List<SessionEffect> effects) {
        return new Answered(CallAnswer.ACCEPTED, effects);
    }

    /** Whether the answer holds only when the registry has removed the framework. */
    boolean removes() {
        return effects.stream().anyMatch(SessionEffect.Remove.class::isInstance);
    }

    static Answered refused(CallAnswer answer) {
        return new Answered(answer, List.of());
    }
}

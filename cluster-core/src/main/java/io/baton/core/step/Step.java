package io.baton.core.step;

import java.util.List;

/**
 * What a pure core answers: the next state, and what its shell is to do, in this order.
 *
 * @param next the state after the input; the same object if nothing changed
 * @param effects may be empty
 */
public record Step<S, E>(S next, List<E> effects) {
    public Step {
        effects = List.copyOf(effects);
    }

    /** Nothing to do. */
    public static <S, E> Step<S, E> of(S next) {
        return new Step<>(next, List.of());
    }
}

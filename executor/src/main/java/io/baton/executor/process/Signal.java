package io.baton.executor.process;

/** The two signals that end a task. */
public enum Signal {
    TERM,
    KILL
}

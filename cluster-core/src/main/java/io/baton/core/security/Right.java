package io.baton.core.security;

/** What a credential opens, by the names of the settings that close it: {@code for} in the credentials file. */
public enum Right {
    /** Schedulers' calls and their values. */
    FRAMEWORKS,
    /** Reading with GET. */
    READS,
    /** Operators' calls, and whatever else changes something. */
    WRITES,
    /** Registering as an agent. */
    AGENTS
}

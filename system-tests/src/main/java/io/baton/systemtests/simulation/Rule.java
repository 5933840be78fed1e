package io.baton.systemtests.simulation;

/** What keeps a cluster of two minds from doing harm. Each can be left out, and then the simulation must notice. */
public enum Rule {
    /** The agent refuses commands of an epoch below the highest it has obeyed. */
    AGENT_CHECKS_EPOCH,
    /** The agent remembers that epoch over a restart. */
    EPOCH_OUTLIVES_AGENT,
    /** The agent knows a task that it was told to run before. */
    AGENT_KNOWS_DUPLICATES,
    /** The agent remembers ended tasks, over restarts as well. */
    AGENT_REMEMBERS_ENDED,
    /** The agent writes a task down before it starts it. */
    CHECKPOINT_BEFORE_START,
    /** A status update is written down before it is sent. */
    CHECKPOINT_BEFORE_UPDATE,
    /** The agent's own judgement of what fits the host. */
    AGENT_CHECKS_CAPACITY,
    /** A launch that may have been under way when the agent died is called off before it is reported as dropped. */
    LAUNCHES_ARE_CALLED_OFF,
    /** A ledger answers for unknown tasks only once its agent has spoken. */
    ANSWERS_AFTER_AGENT,
    /** Whoever answers for an unknown task asks the registry whether it still owns the agent. */
    ANSWERS_OF_OWNER,
    /** A ledger offers nothing before its agent has spoken. */
    OFFERS_AFTER_AGENT,
    /** A ledger decides each proposal once. */
    PROPOSALS_ONCE,
    /** Leases end with the registration in which they were made. */
    LEASES_END_WITH_EPOCH,
    /** Updates are sent again until they are acknowledged. */
    UPDATES_AGAIN,
    /** Only its scheduler acknowledges an update. */
    SCHEDULERS_ACKNOWLEDGE,
    /** A session hears of the tasks that ran before it began. */
    SESSIONS_HEAR_OF_TASKS,
    /** Leases end by themselves. */
    LEASES_EXPIRE,
}

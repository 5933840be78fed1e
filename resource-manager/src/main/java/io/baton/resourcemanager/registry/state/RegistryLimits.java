package io.baton.resourcemanager.registry.state;

import java.time.Duration;
import java.util.Optional;

/**
 * Bounds on what the registry keeps. They are part of its format: all masters must refuse alike. Formats bind from the
 * first release on (ADR 10).
 */
public final class RegistryLimits {
    /** Master processes, those declared down included. */
    public static final int MASTERS = 64;

    /** Shards of all kinds. */
    public static final int SHARDS = 1_000;

    /** Agents that are not gone; beyond it the one that has been unreachable for longest is forgotten. */
    public static final int AGENTS = 100_000;

    /** How long an agent that stays unreachable is remembered; a drained or deactivated one until there is no room. */
    public static final Duration KEPT_UNREACHABLE = Duration.ofDays(14);

    /** How many a command forgets for their age: the clock is its proposer's, and may be wrong. */
    public static final int FORGOTTEN_AT_ONCE = 2;

    /** Agents that are gone; beyond it the one that went first is forgotten. */
    public static final int GONE_AGENTS = 10_000;

    /** Frameworks that are not removed. */
    public static final int FRAMEWORKS = 10_000;

    /** Removed frameworks; beyond it the one removed first is forgotten. */
    public static final int REMOVED_FRAMEWORKS = 10_000;

    /** Roles with a weight, roles with a quota, machines in the maintenance schedule: of each. */
    public static final int ROLES = 10_000;

    /** Bytes of one agent's or one framework's description. */
    public static final int DESCRIPTION_BYTES = 64 * 1024;

    /**
     * Bytes of a framework's description that masters propose: of a longer one what they need while its scheduler is away.
     * No part of the format, so that it may change: the reducer takes {@link #DESCRIPTION_BYTES}.
     */
    public static final int KEPT_FRAMEWORK_BYTES = 2 * 1024;

    /** The same of an agent: of a longer one its id and host name. */
    public static final int KEPT_AGENT_BYTES = 1024;

    /** Operators' request ids that are remembered; beyond it the oldest is forgotten. */
    public static final int REQUESTS = 10_000;

    /** How long a request id is remembered. */
    public static final Duration REQUEST_AGE = Duration.ofHours(24);

    /** Characters of a name, a request id, a namespace or a key. */
    public static final int NAME_LENGTH = 255;

    /** Bytes of one value of a scheduler. */
    public static final int VALUE_BYTES = 256 * 1024;

    /** Namespaces of schedulers. */
    public static final int NAMESPACES = 1_000;

    /** Keys in one namespace. */
    public static final int KEYS_IN_NAMESPACE = 10_000;

    /** Bytes of keys and values in one namespace. */
    public static final int NAMESPACE_BYTES = 8 * 1024 * 1024;

    /** Bytes of keys and values in all namespaces. */
    public static final int ALL_VALUES_BYTES = 64 * 1024 * 1024;

    /** Bytes of a snapshot that is restored. */
    public static final int RESTORE_BYTES = 256 * 1024 * 1024;

    private RegistryLimits() {}

    /** Why no value can have so many bytes; empty if it can. */
    public static Optional<String> tooLarge(int bytes) {
        return bytes > VALUE_BYTES
                ? Optional.of("the value has " + bytes + " bytes, more than " + VALUE_BYTES
                        + ": keep large things elsewhere and a reference here")
                : Optional.empty();
    }

    /** Said of the last of its kind, such as {@code namespaces}. */
    public static String full(String what, int limit) {
        return "there are " + limit + " " + what + " already, which is the limit";
    }

    /** Said when there is no room in, such as, {@code this namespace}. */
    public static String exceeded(String where, long limit) {
        return "keys and values of " + where + " would exceed " + limit + " bytes: delete some first";
    }
}

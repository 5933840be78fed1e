package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;

/** A framework in one of its roles: what is offered is offered to one of these. */
final class Client extends ShareNode {
    static final long UNKNOWN = -1;

    final FrameworkId id;
    final RoleNode role;

    /** Its number among the clients there are now; small, and used again. */
    final int slot;

    /** Who it is; null while only agents know of it, holding something for it. */
    Subscriber subscriber;

    boolean wants;

    /** To be asked about every agent that has something free, not only about those that changed. */
    boolean asking;

    /** Filters of an older generation are void. */
    int generation;

    /** On how many agents it has a filter of this generation. */
    int refusing;

    /** On how many agents something is held or proposed; with none, and nobody there, the client is forgotten. */
    int uses;

    /** Offers declined whole since something was last taken. */
    int declines;

    OfferFloor floor;

    /** Since when nothing worth a {@link PreemptionRules#unit} was proposed to it; epoch milliseconds. */
    long waitsSince = UNKNOWN;

    /** Where the last search for something to claim for it has ended, and when the next one may begin. */
    AgentId lookedAt;

    long looksAgain;

    /** Has declined as much as that since it last took something. */
    boolean sated;

    Client(FrameworkId id, RoleNode role, int slot) {
        super(id.value(), role.frameworks());
        this.id = id;
        this.role = role;
        this.slot = slot;
    }

    /** It wants offers anew: what it declined before says nothing any more. */
    void wantsAnew() {
        sated = false;
        waitsSince = UNKNOWN;
    }

    boolean forgettable() {
        return subscriber == null && uses == 0;
    }
}

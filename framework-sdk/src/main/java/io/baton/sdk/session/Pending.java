package io.baton.sdk.session;

import io.baton.v1.OfferID;
import io.baton.v1.scheduler.Call;
import java.util.List;

/** A call on its way: waiting, or sent and not yet answered. */
final class Pending {
    /** Stands for whatever SUPPRESS and REVIVE the demand will need when its turn comes. */
    static final Call.Type DEMAND = Call.Type.UNKNOWN;

    private final long id;
    private final boolean ours;
    private final Call.Builder call;
    /** The subscription it was made under, or sent under last. */
    String streamId = "";

    int attempts;
    /** An earlier attempt may have had its effect. */
    boolean unsure;

    private Pending(long id, boolean ours, Call.Builder call) {
        this.id = id;
        this.ours = ours;
        this.call = call;
    }

    static Pending ofScheduler(long id, Call.Builder call) {
        return new Pending(id, false, call);
    }

    /** Made by the session: nobody waits for its end. */
    static Pending ofSession(long id, Call.Builder call) {
        return new Pending(id, true, call);
    }

    long id() {
        return id;
    }

    boolean ofSession() {
        return ours;
    }

    Call.Builder call() {
        return call;
    }

    Call.Type type() {
        return call.getType();
    }

    boolean acknowledges() {
        return type() == Call.Type.ACKNOWLEDGE || type() == Call.Type.ACKNOWLEDGE_OPERATION_STATUS;
    }

    /** It is about offers, which end with the subscription they came in. */
    boolean aboutOffers() {
        return type() == Call.Type.ACCEPT || type() == Call.Type.DECLINE;
    }

    /** Those that it is about; empty if it is about none. */
    List<OfferID> offers() {
        return switch (type()) {
            case ACCEPT -> call.getAccept().getOfferIdsList();
            case DECLINE -> call.getDecline().getOfferIdsList();
            default -> List.of();
        };
    }

    /** What the session itself says of the roles in which offers are wanted: each subscription begins with all of that. */
    boolean aboutDemand() {
        return ours && (type() == DEMAND || type() == Call.Type.SUPPRESS || type() == Call.Type.REVIVE);
    }

    /** A question of the session about its tasks: each subscription begins with all of them. */
    boolean asks() {
        return ours && type() == Call.Type.RECONCILE;
    }

    /** It means nothing to the next subscription. */
    boolean endsWithItsSubscription() {
        return aboutOffers() || aboutDemand();
    }

    /** It may be on its way together with others of the same kind: they cannot be about the same thing. */
    boolean besides(Pending other) {
        return (aboutOffers() && other.aboutOffers()) || (type() == Call.Type.KILL && other.type() == Call.Type.KILL);
    }
}

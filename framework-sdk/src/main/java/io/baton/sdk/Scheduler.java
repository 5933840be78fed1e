package io.baton.sdk;

import com.google.protobuf.ByteString;
import io.baton.sdk.error.FrameworkException;
import io.baton.v1.AgentID;
import io.baton.v1.ExecutorID;
import io.baton.v1.InverseOffer;
import io.baton.v1.MasterInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.OperationStatus;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.List;

/**
 * What a scheduler is told; implement the methods you need.
 *
 * <p>All methods of a framework are called on one thread, one at a time, in the order in which the master sent the
 * events, so a scheduler needs no locks for what only they use. They should return soon: while one runs, events queue
 * up to a limit, and then the stream is read no further. Calls on the {@link Framework} do not block and may be made
 * from any thread.
 *
 * <p><b>If a method throws</b>, the exception is logged and the framework goes on with the next event. An update whose
 * {@link #update} threw is not acknowledged: the agent sends it again after some ten seconds, and it is handed over
 * again.
 */
public interface Scheduler {

    /**
     * The framework is subscribed; also after each reconnection. Offers from before are gone.
     *
     * @param master the master that serves the stream
     */
    default void subscribed(Framework framework, MasterInfo master) {}

    /** Resources to accept or to decline. Offers neither accepted nor declined are held until the master takes them back. */
    default void resourceOffers(Framework framework, List<Offer> offers) {}

    /** An offer is gone. One that was accepted at the same moment is answered by updates of its tasks. */
    default void rescinded(Framework framework, OfferID offer) {}

    /** The master wants resources back by some time, for example for maintenance. */
    default void inverseOffers(Framework framework, List<InverseOffer> offers) {}

    /** That wish is gone. */
    default void inverseOfferRescinded(Framework framework, OfferID offer) {}

    /**
     * A task's state changed, or the master answers a question about it. An update comes once, however often the
     * agent sends it; after this returns it is acknowledged, unless the framework was built with
     * {@code acknowledgeManually}.
     */
    default void update(Framework framework, TaskStatus status) {}

    /** An operation with an id changed its state. Acknowledged as updates are. */
    default void operationUpdate(Framework framework, OperationStatus status) {}

    /** An executor sent something. May be lost. */
    default void message(Framework framework, AgentID agent, ExecutorID executor, ByteString data) {}

    /** An agent was lost, or an executor ended: which of the two, its fields say. Tasks get updates of their own. */
    default void failure(Framework framework, Event.Failure failure) {}

    /** The stream ended; the framework reconnects by itself. All offers are gone. */
    default void disconnected(Framework framework, FrameworkException reason) {}

    /**
     * The framework has stopped for good; nothing is called after this.
     *
     * @param reason says what is wrong and what to do
     */
    default void error(Framework framework, FrameworkException reason) {}
}

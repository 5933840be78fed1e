package io.baton.core.protocol;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.Task;
import io.baton.v1.allocator.InverseOfferStatus;
import io.baton.v1.master.Event;
import io.baton.v1.master.Response;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What each master's read model is told by the entities, and asked by the edge. Facts arrive before the scheduler
 * hears of them, so that whoever reads after an event finds it there.
 */
public sealed interface ViewProtocol extends WireMessage {
    /**
     * An agent is there, or has changed. Resources in use are counted by the read model itself.
     *
     * @param agent without allocated and offered resources
     * @param connected it has a link, whether or not it is in use
     */
    record AgentSeen(Response.GetAgents.Agent agent, boolean connected) implements ViewProtocol {}

    /**
     * What of an agent only few ask for: it replaces what was said before.
     *
     * @param operations on its resources that are under way, or whose updates are not acknowledged
     * @param inverseOffers that are out
     * @param responses the newest of each framework that was asked to leave the agent
     */
    record AgentDetails(
            AgentId agent,
            List<Operation> operations,
            List<InverseOffer> inverseOffers,
            List<InverseOfferStatus> responses)
            implements ViewProtocol {
        public boolean isEmpty() {
            return operations.isEmpty() && inverseOffers.isEmpty() && responses.isEmpty();
        }
    }

    /** The agent is gone for good. */
    record AgentForgotten(AgentId agent) implements ViewProtocol {}

    /** A framework is there, or has changed; a removed one has an unregistered time. */
    record FrameworkSeen(Response.GetFrameworks.Framework framework) implements ViewProtocol {}

    /** A task is there, or has changed. A finished one moves to the completed when its last update is acknowledged. */
    record TaskSeen(Task task, boolean completed) implements ViewProtocol {}

    /**
     * An agent has registered anew: these are all tasks of the framework there that are not completed. Others that the
     * read model may hold never reached the agent.
     */
    record TasksSeen(FrameworkId framework, AgentId agent, List<Task> tasks) implements ViewProtocol {}

    /**
     * These are all executors of the frameworks' own on the agent now, each with its framework's id. Empty if there are
     * none any more. Commands that run without an executor of the framework's are not among them, as in Mesos.
     */
    record ExecutorsSeen(AgentId agent, List<ExecutorInfo> executors) implements ViewProtocol {}

    /**
     * What a master's process has counted since it started, and what it measures now.
     *
     * @param master names the process: no other one, earlier or later, has this name
     * @param counts that have changed since it was last told, whole; under Mesos's names or {@code framework/ID/…}
     * @param gauges all that it has now, in place of those before
     */
    record Counted(String master, SortedMap<String, Long> counts, SortedMap<String, Double> gauges)
            implements ViewProtocol {}

    /** An offer is out. */
    record OfferSeen(Offer offer) implements ViewProtocol {}

    /** Offers were used, declined or rescinded; unknown ones are ignored. */
    record OffersGone(FrameworkId framework, List<OfferId> offers) implements ViewProtocol {}

    /** The agent's entity has left this process: what is known of it stays, another process speaks for it. */
    record AgentMoved(AgentId agent) implements ViewProtocol {}

    /** The same for a framework's entity. */
    record FrameworkMoved(FrameworkId framework) implements ViewProtocol {}

    /**
     * What the entities in another master have said, the newest of each thing. Numbered without a gap from 1 for each
     * pair of masters; who sees a gap asks by {@link Repeat}.
     *
     * @param part where it stands in a picture of everything, or that it is none
     * @param adopted to be taken in before {@code tasks}, the others in any order
     * @param counted by the source; a master of an older version does not say it
     * @param linked those of {@code agents} that have a link; null from a master of an older version
     */
    record Facts(
            ActorRef<ViewProtocol> source,
            long number,
            Part part,
            List<Response.GetAgents.Agent> agents,
            List<AgentDetails> details,
            List<Response.GetFrameworks.Framework> frameworks,
            List<TasksSeen> adopted,
            List<TaskSeen> tasks,
            List<Offer> offers,
            List<OfferId> offersGone,
            List<AgentId> forgotten,
            List<ExecutorsSeen> executors,
            List<Counted> counted,
            Set<AgentId> linked)
            implements ViewProtocol {
        public Facts {
            counted = counted == null ? List.of() : counted;
        }

        /** Whether one of its agents has a link. Where that is not said, one that is out of use is thought to have one. */
        public boolean isLinked(Response.GetAgents.Agent agent) {
            return linked == null
                    ? agent.getActive() || agent.getDeactivated()
                    : linked.contains(AgentId.fromProto(agent.getAgentInfo().getId()));
        }

        /** Whether the facts are news since the last ones, or a stretch of everything that the source speaks for. */
        public enum Part {
            NEWS,
            FIRST,
            MIDDLE,
            LAST
        }
    }

    /** Facts of the receiver's were lost on the way to this read model: send everything. */
    record Repeat(ActorRef<ViewProtocol> to) implements ViewProtocol {}

    /** Told by a read model to itself, and by its own process. Never leaves its JVM. */
    non-sealed interface Internal extends ViewProtocol {}

    /**
     * From now on tell this watcher what changes, after a {@link Watched.Picture} of now. Who watches already gets
     * another picture. It ends with the watcher or by {@link Unwatch}.
     */
    record Watch(ActorRef<Watched> watcher) implements Internal {}

    /** No more changes for this watcher, known or not; those under way still arrive. */
    record Unwatch(ActorRef<Watched> watcher) implements Internal {}

    /** What a watcher in the same process is told, in the order in which the read model came to know it. */
    sealed interface Watched {
        /** What the changes told after it build on. */
        record Picture(StateView view) implements Watched {}

        /** What has changed, as the operator's stream says it; never empty. */
        record Changes(List<Event> events) implements Watched {}
    }

    /** Everything that GET_STATE shows. The other reads are parts of it. */
    record GetState(ActorRef<StateView> replyTo) implements Internal {}

    /** Which agents have a link now, as far as is known; whether they are in use does not matter. */
    record GetConnectedAgents(ActorRef<ConnectedAgents> replyTo) implements Internal {}

    /** The answer to {@link GetConnectedAgents}. */
    record ConnectedAgents(Set<AgentId> agents) {}

    /** What all masters have counted, those that are no more included. */
    record GetNumbers(ActorRef<Numbers> replyTo) implements Internal {}

    /**
     * The answer to {@link GetNumbers}. Numbers of other masters are at most a second old.
     *
     * @param byName under Mesos's names or {@link #ofFramework}
     */
    record Numbers(SortedMap<String, Double> byName) {
        /** How the names of what is counted of frameworks begin. */
        public static final String FRAMEWORK = "framework/";

        public static final Numbers NONE = new Numbers(Collections.emptySortedMap());

        /** How the names of one framework's numbers begin. */
        public static String ofFramework(String id) {
            return FRAMEWORK + id + "/";
        }

        /** 0 if it was never counted. */
        public double of(String name) {
            return byName.getOrDefault(name, 0.0);
        }
    }

    /**
     * The answer to {@link GetState}: a picture of one moment, which costs the read model little. What it shows is put
     * together by whoever looks first, on that thread.
     */
    final class StateView {
        private final String view;
        private final long number;
        private final List<Offer> offers;
        private final List<AgentDetails> details;
        private final int connectedAgents;
        private final Supplier<Response.GetState> maker;
        private Response.GetState made;

        /**
         * @param view the read model's name, no other's anywhere; ASCII without quotes
         * @param number higher than that of any picture before that shows anything different
         * @param offers those out now
         * @param details of agents that have any
         * @param connectedAgents how many agents have a link
         * @param maker tasks, executors, frameworks and agents in a fixed order; always the same answer, on any thread
         */
        public StateView(
                String view,
                long number,
                List<Offer> offers,
                List<AgentDetails> details,
                int connectedAgents,
                Supplier<Response.GetState> maker) {
            this.details = List.copyOf(details);
            this.connectedAgents = connectedAgents;
            this.view = view;
            this.number = number;
            this.offers = List.copyOf(offers);
            this.maker = maker;
        }

        /** The same as another picture's only if both show the same. */
        public String version() {
            return view + "-" + number;
        }

        /** Higher than that of any other picture of the same read model that was made before and is different. */
        public long number() {
            return number;
        }

        public List<Offer> offers() {
            return offers;
        }

        public List<AgentDetails> details() {
            return details;
        }

        /** How many agents have a link, those that are out of use included. */
        public int connectedAgents() {
            return connectedAgents;
        }

        /** The first caller makes it, others wait for that. */
        public synchronized Response.GetState state() {
            if (made == null) {
                made = maker.get();
            }
            return made;
        }
    }
}

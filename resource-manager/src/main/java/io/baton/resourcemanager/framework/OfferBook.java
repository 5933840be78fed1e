package io.baton.resourcemanager.framework;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.Term;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.v1.Filters;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The offers one framework holds, and the rules of combining them (Mesos v1: reference 2.6). Pure and mutable. */
final class OfferBook {
    /** What a missing or unusable {@code refuse_seconds} means. */
    static final Duration DEFAULT_REFUSAL = Duration.ofSeconds(5);

    /** Longer filters are cut to this. */
    static final Duration MAX_REFUSAL = Duration.ofDays(365);

    /** Of how many tasks that were said not to be it is remembered; the oldest go first. */
    static final int MOST_DENIED = 10_000;

    private final Map<OfferId, Offer> offers = new LinkedHashMap<>();
    private final Map<OfferId, Long> numbers = new HashMap<>();
    private final SortedMap<AgentId, Set<OfferId>> there = new TreeMap<>();
    private final List<Offer> unsent = new ArrayList<>();

    private final Map<TaskId, Denial> denied = new LinkedHashMap<>();

    private long newest;

    /** @param newest the newest offer by then */
    private record Denial(AgentId agent, long newest) {}

    /** Whether this is the first of a batch: then the batch is to be sent soon. A copy is ignored. */
    boolean add(Offer offer) {
        var id = OfferId.fromProto(offer.getId());
        if (offers.putIfAbsent(id, offer) != null) {
            return false;
        }
        numbers.put(id, ++newest);
        there.computeIfAbsent(AgentId.fromProto(offer.getAgentId()), a -> new LinkedHashSet<>())
                .add(id);
        unsent.add(offer);
        return unsent.size() == 1;
    }

    /**
     * The scheduler is told that there is no such task on this agent: an acceptance that is under way, by a master that
     * stands still, must not launch it there any more.
     */
    void deny(TaskId task, AgentId agent) {
        denied.remove(task);
        denied.put(task, new Denial(agent, newest));
        if (denied.size() > MOST_DENIED) {
            denied.remove(denied.keySet().iterator().next());
        }
    }

    /** The number of the newest of these offers, for {@link #denies}. */
    long newestOf(List<OfferID> ids) {
        return ids.stream()
                .mapToLong(id -> numbers.getOrDefault(OfferId.fromProto(id), 0L))
                .max()
                .orElse(0);
    }

    /** Whether the scheduler may have accepted offers up to this one before it was told that there is no such task. */
    boolean denies(TaskId task, AgentId agent, long number) {
        var denial = denied.get(task);
        return denial != null && denial.agent.equals(agent) && number <= denial.newest;
    }

    /** The batch; those that ended meanwhile were never told of and are left out. */
    List<Offer> takeUnsent() {
        var out = unsent.stream()
                .filter(o -> offers.containsKey(OfferId.fromProto(o.getId())))
                .toList();
        unsent.clear();
        return out;
    }

    boolean contains(OfferId id) {
        return offers.containsKey(id);
    }

    Optional<Offer> remove(OfferId id) {
        numbers.remove(id);
        var offer = Optional.ofNullable(offers.remove(id));
        offer.ifPresent(o -> there.computeIfPresent(AgentId.fromProto(o.getAgentId()), (agent, ids) -> {
            ids.remove(id);
            return ids.isEmpty() ? null : ids;
        }));
        return offer;
    }

    /** The agents of which something is offered. */
    List<AgentId> agents() {
        return List.copyOf(there.keySet());
    }

    /** What of an agent was offered under such a term; nothing of which the term is not known. */
    List<OfferId> of(AgentId agent, Predicate<Term> made) {
        return there.getOrDefault(agent, Set.of()).stream()
                .filter(id -> !Term.of(id).equals(Term.NONE) && made.test(Term.of(id)))
                .toList();
    }

    /** Ends offers that their ledger took back: those the scheduler knows need a RESCIND. */
    List<Event> rescind(List<OfferId> ended) {
        var out = new ArrayList<Event>();
        for (var id : ended) {
            remove(id).filter(offer -> !unsent.remove(offer)).ifPresent(offer -> out.add(Events.rescind(id)));
        }
        return out;
    }

    /** Everything, by agent; the book is empty afterwards. */
    SortedMap<AgentId, List<OfferId>> clear() {
        var out = byAgent(List.copyOf(offers.values()));
        offers.clear();
        numbers.clear();
        there.clear();
        unsent.clear();
        return out;
    }

    /** Offers of roles that the framework has given up. */
    List<Offer> ofRolesOutside(List<String> roles) {
        return offers.values().stream()
                .filter(o -> !roles.contains(o.getAllocationInfo().getRole()))
                .toList();
    }

    static SortedMap<AgentId, List<OfferId>> byAgent(List<Offer> offers) {
        var out = new TreeMap<AgentId, List<OfferId>>();
        for (var offer : offers) {
            out.computeIfAbsent(AgentId.fromProto(offer.getAgentId()), a -> new ArrayList<>())
                    .add(OfferId.fromProto(offer.getId()));
        }
        return out;
    }

    /** Takes the named offers out of the book; those that are not in it are left out. */
    List<Offer> take(List<OfferID> ids) {
        var out = new ArrayList<Offer>();
        for (var id : ids) {
            remove(OfferId.fromProto(id)).ifPresent(out::add);
        }
        return out;
    }

    /** Why these offers cannot be accepted together, if they cannot; in Mesos's order and words. Of any number of tasks. */
    Optional<String> problemOf(FrameworkId owner, List<OfferID> ids) {
        if (ids.isEmpty()) {
            return Optional.of("No offers specified");
        }
        var seen = new HashSet<OfferID>();
        for (var id : ids) {
            if (!seen.add(id)) {
                return Optional.of("Duplicate offer " + ForeignText.id(id.getValue()) + " in offer list");
            }
        }
        for (var id : ids) {
            if (!offers.containsKey(OfferId.fromProto(id))) {
                return Optional.of("Offer " + ForeignText.id(id.getValue()) + " is no longer valid");
            }
        }
        var first = offers.get(OfferId.fromProto(ids.get(0)));
        for (var id : ids) {
            var offer = offers.get(OfferId.fromProto(id));
            if (!offer.getFrameworkId().getValue().equals(owner.value())) {
                return Optional.of("Offer " + id.getValue() + " belongs to another framework");
            }
            var role = offer.getAllocationInfo().getRole();
            if (!role.equals(first.getAllocationInfo().getRole())) {
                return Optional.of("Aggregated offers must be allocated to the same role. Offer " + id.getValue()
                        + " uses role '" + role + "' but another is using role '"
                        + first.getAllocationInfo().getRole() + "'");
            }
            if (!offer.getAgentId().equals(first.getAgentId())) {
                return Optional.of("Aggregated offers must belong to one single agent. Offer " + id.getValue()
                        + " uses agent " + offer.getAgentId().getValue() + " but another is using agent "
                        + first.getAgentId().getValue());
            }
        }
        return Optional.empty();
    }

    /** How long what is refused stays refused; zero for not at all. */
    static Duration refusal(boolean given, Filters filters) {
        double seconds = given ? filters.getRefuseSeconds() : DEFAULT_REFUSAL.toSeconds();
        if (Double.isNaN(seconds) || seconds < 0) {
            return DEFAULT_REFUSAL;
        }
        if (seconds >= MAX_REFUSAL.toSeconds()) {
            return MAX_REFUSAL;
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}

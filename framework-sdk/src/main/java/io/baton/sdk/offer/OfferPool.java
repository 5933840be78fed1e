package io.baton.sdk.offer;

import io.baton.sdk.Framework;
import io.baton.v1.Filters;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.TaskInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Offers, and what is left of them while tasks are placed on them: first fit, in the order the offers came.
 *
 * <p>Offers of one agent to one role are used together. Not thread-safe.
 */
public final class OfferPool {
    /** Tasks for offers of one agent: one ACCEPT. */
    public record Launch(List<OfferID> offers, List<TaskInfo> tasks) {}

    private record Holder(String agentId, String role) {}

    private final Map<Holder, AgentOffers> agents = new LinkedHashMap<>();

    /** A pool of these offers. */
    public static OfferPool of(Collection<Offer> offers) {
        var pool = new OfferPool();
        offers.forEach(pool::add);
        return pool;
    }

    /** One more offer. */
    public void add(Offer offer) {
        var holder = new Holder(
                offer.getAgentId().getValue(), offer.getAllocationInfo().getRole());
        agents.computeIfAbsent(holder, unused -> new AgentOffers()).add(offer);
    }

    /** Sets room aside on the first agent that has it; empty if none has. */
    public Optional<Place> place(Shape shape) {
        return place(shape, offer -> true);
    }

    /**
     * As {@link #place(Shape)}, on agents that suit.
     *
     * @param suits asked with one of the agent's offers; see {@link Attributes}
     */
    public Optional<Place> place(Shape shape, Predicate<Offer> suits) {
        for (var agent : agents.values()) {
            if (suits.test(agent.offers().get(0))) {
                var place = agent.place(shape);
                if (place.isPresent()) {
                    return place;
                }
            }
        }
        return Optional.empty();
    }

    /** How much of a resource is left on all agents together, such as {@code cpus}; of {@code ports} how many. */
    public double left(String name) {
        var sum = agents.values().stream().mapToLong(agent -> agent.left(name)).sum();
        return name.equals("ports") ? sum : Thousandths.amount(sum);
    }

    /** What was put on places so far, one for each agent with any, in the order the agents' offers came. */
    public List<Launch> launches() {
        var launches = new ArrayList<Launch>();
        for (var agent : agents.values()) {
            if (!agent.tasks().isEmpty()) {
                launches.add(new Launch(ids(agent), List.copyOf(agent.tasks())));
            }
        }
        return launches;
    }

    /** The offers of agents that nothing was put on. */
    public List<OfferID> unused() {
        var unused = new ArrayList<OfferID>();
        for (var agent : agents.values()) {
            if (agent.tasks().isEmpty()) {
                unused.addAll(ids(agent));
            }
        }
        return unused;
    }

    /** Launches what was placed and declines the rest, which comes again after the default 5 s. Empties the pool. */
    public CompletableFuture<Void> answer(Framework framework) {
        return answer(framework, Filters.getDefaultInstance());
    }

    /** As {@link #answer(Framework)}; what is not used comes again after so long, or after a revive. */
    public CompletableFuture<Void> answer(Framework framework, Duration refuse) {
        return answer(framework, Framework.refusing(refuse));
    }

    private CompletableFuture<Void> answer(Framework framework, Filters filters) {
        var answers = new ArrayList<CompletableFuture<Void>>();
        for (var launch : launches()) {
            var operation = Offer.Operation.newBuilder()
                    .setType(Offer.Operation.Type.LAUNCH)
                    .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(launch.tasks()));
            answers.add(framework.accept(launch.offers(), List.of(operation.build()), filters));
        }
        var unused = unused();
        if (!unused.isEmpty()) {
            answers.add(framework.decline(unused, Duration.ofMillis((long) (filters.getRefuseSeconds() * 1_000))));
        }
        agents.clear();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    }

    private static List<OfferID> ids(AgentOffers agent) {
        return agent.offers().stream().map(Offer::getId).toList();
    }
}

package io.baton.resourcemanager.query;

import com.google.protobuf.MessageLite;
import io.baton.core.id.AgentId;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.Counted;
import io.baton.core.protocol.ViewProtocol.ExecutorsSeen;
import io.baton.core.protocol.ViewProtocol.TaskSeen;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.resourcemanager.query.ViewFeed.Batch;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Cuts facts into batches that fit into a frame between masters: a message that does not is lost, and asked for again
 * in vain. Taken in one after the other they say what all facts say in one.
 *
 * <p>What a single fact may have is bounded where it comes from, below what a frame may have; what could be more is told
 * in brief here.
 *
 * <p>Pure and mutable: made for one cut.
 */
final class ViewBatches {
    /** Bytes of a batch of several facts, and of the parts of which a larger fact is left with less. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    /** Bytes of counts that go together. */
    private static final int COUNTS_BYTES = 1024 * 1024;

    /** At most so many bytes for a number with its name's overhead, and for the overhead of any other fact. */
    private static final int OVERHEAD = 64;

    /** A character may take so many bytes. */
    private static final int CHARACTER = 3;

    private static final class Open {
        final List<Response.GetAgents.Agent> agents = new ArrayList<>();
        final Set<AgentId> linked = new LinkedHashSet<>();
        final List<AgentDetails> details = new ArrayList<>();
        final List<Response.GetFrameworks.Framework> frameworks = new ArrayList<>();
        final List<TasksSeen> adopted = new ArrayList<>();
        final List<TaskSeen> tasks = new ArrayList<>();
        final List<Offer> offers = new ArrayList<>();
        final List<OfferId> offersGone = new ArrayList<>();
        final List<AgentId> forgotten = new ArrayList<>();
        final List<ExecutorsSeen> executors = new ArrayList<>();
        final List<Counted> counted = new ArrayList<>();
        boolean empty = true;
        long bytes;

        Batch closed() {
            return new Batch(
                    List.copyOf(agents),
                    List.copyOf(details),
                    List.copyOf(frameworks),
                    List.copyOf(adopted),
                    List.copyOf(tasks),
                    List.copyOf(offers),
                    List.copyOf(offersGone),
                    List.copyOf(forgotten),
                    List.copyOf(executors),
                    List.copyOf(counted),
                    Collections.unmodifiableSet(linked));
        }
    }

    private final List<Batch> closed = new ArrayList<>();
    private Open open = new Open();

    /** In the order in which they were added; one at least, which may be empty. */
    List<Batch> take() {
        if (closed.isEmpty() || !open.empty) {
            close();
        }
        return closed;
    }

    private void close() {
        closed.add(open.closed());
        open = new Open();
    }

    private <T> void add(Function<Open, List<T>> kind, T fact, long bytes) {
        long with = bytes + OVERHEAD;
        if (!open.empty && (open.bytes + with > MAX_BYTES || open.tasks.size() >= ViewFeed.MAX_TASKS)) {
            close();
        }
        kind.apply(open).add(fact);
        open.empty = false;
        open.bytes += with;
    }

    void forgotten(AgentId agent) {
        add(o -> o.forgotten, agent, text(agent.value()));
    }

    void agent(Response.GetAgents.Agent agent, boolean linked) {
        var id = AgentId.fromProto(agent.getAgentInfo().getId());
        add(o -> o.agents, agent, agent.getSerializedSize() + (linked ? text(id.value()) : 0));
        if (linked) {
            open.linked.add(id);
        }
    }

    /** Operations beyond what fits are left out: they are shown when others are over. */
    void details(AgentDetails said) {
        long bytes = sizes(said.inverseOffers()) + sizes(said.responses());
        var operations = new ArrayList<Operation>();
        for (var operation : said.operations()) {
            if (bytes + operation.getSerializedSize() > MAX_BYTES) {
                break;
            }
            bytes += operation.getSerializedSize() + OVERHEAD;
            operations.add(operation);
        }
        add(
                o -> o.details,
                new AgentDetails(said.agent(), operations, said.inverseOffers(), said.responses()),
                bytes + text(said.agent().value()));
    }

    void executors(ExecutorsSeen seen) {
        add(o -> o.executors, seen, sizes(seen.executors()));
    }

    /** In several pieces, if need be: counts are added to what was told, and each brings all gauges. */
    void counted(Counted said) {
        SortedMap<String, Long> piece = new TreeMap<>();
        long bytes = 0;
        for (var count : said.counts().entrySet()) {
            piece.put(count.getKey(), count.getValue());
            bytes += text(count.getKey());
            if (bytes >= COUNTS_BYTES) {
                counted(said, piece, bytes);
                piece = new TreeMap<>();
                bytes = 0;
            }
        }
        if (!piece.isEmpty() || said.counts().isEmpty()) {
            counted(said, piece, bytes);
        }
    }

    private void counted(Counted said, SortedMap<String, Long> piece, long bytes) {
        long gauges =
                said.gauges().keySet().stream().mapToLong(ViewBatches::text).sum();
        add(o -> o.counted, new Counted(said.master(), piece, said.gauges()), bytes + gauges);
    }

    void framework(Response.GetFrameworks.Framework framework) {
        var told = framework;
        if (framework.getSerializedSize() > MAX_BYTES) {
            var brief = framework.toBuilder().clearOfferConstraints();
            brief.getFrameworkInfoBuilder().clearLabels().clearOfferFilters();
            told = brief.build();
        }
        add(o -> o.frameworks, told, told.getSerializedSize());
    }

    void adopted(TasksSeen list) {
        add(o -> o.adopted, list, BriefTask.bytes(list.tasks()));
    }

    void task(TaskSeen seen) {
        var told = BriefTask.atMost(MAX_BYTES, seen.task());
        add(o -> o.tasks, new TaskSeen(told, seen.completed()), told.getSerializedSize());
    }

    void offer(Offer offer) {
        add(o -> o.offers, offer, offer.getSerializedSize());
    }

    void offerGone(OfferId offer) {
        add(o -> o.offersGone, offer, text(offer.value()));
    }

    private static long sizes(List<? extends MessageLite> messages) {
        return messages.stream()
                .mapToLong(message -> message.getSerializedSize() + OVERHEAD)
                .sum();
    }

    private static long text(String text) {
        return OVERHEAD + (long) CHARACTER * text.length();
    }
}

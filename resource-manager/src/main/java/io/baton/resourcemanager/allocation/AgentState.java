package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the allocator believes of one agent: its ledger's last word, proposals without an answer, filters. */
final class AgentState implements Comparable<AgentState> {
    /** Most filters kept for one framework, role and agent; they differ in size only, so the oldest goes. */
    static final int MAX_FILTERS = 8;

    private static final int CLEAN_ABOVE = 16;

    final AgentId id;

    /** As the ledger said last; absent before its first word. */
    AgentChanged facts;

    List<Holding> held = List.of();

    private Resources open = Resources.EMPTY;

    /**
     * Clients, by slot, who have refused everything they could get of {@link #blockedFor} or of any part of it: asking
     * again would only find the same filter. Emptied when a filter ends or more becomes open.
     */
    private long[] blocked = {};

    private Resources blockedFor = Resources.EMPTY;

    /** Waiting for the ledger's answer, oldest first. */
    final List<Proposal> undecided = new ArrayList<>(1);

    final Unanswered unanswered = new Unanswered();
    boolean dirty;
    boolean gpus;

    /** When something of it ends by time alone; {@link Long#MAX_VALUE} for never. Epoch milliseconds. */
    long nextLook = Long.MAX_VALUE;

    /** When the next filter ends; {@link Long#MAX_VALUE} for none. */
    long filterEnds = Long.MAX_VALUE;

    /** When the oldest proposal without an answer is sent again. */
    long resendAt = Long.MAX_VALUE;

    /** How long after the last time that is, in milliseconds. */
    long resendAfter;

    private final Map<Client, Refusal> refusals = new HashMap<>();

    /** A filter, and the older ones of the same client. */
    private static final class Refusal {
        final Resources resources;
        final long until;
        final int generation;
        Refusal older;

        Refusal(Resources resources, long until, int generation, Refusal older) {
            this.resources = resources;
            this.until = until;
            this.generation = generation;
            this.older = older;
        }
    }

    AgentState(AgentId id) {
        this.id = id;
    }

    /** The number of the newest proposal without an answer; there is one. */
    long lastUndecided() {
        return undecided.get(undecided.size() - 1).number();
    }

    /** Whether these facts are of an owner of the agent that another has followed since. */
    boolean knowsNewerThan(AgentChanged said) {
        return facts != null && said.epoch() != 0 && said.epoch() < facts.epoch();
    }

    /** Free and not proposed to anybody. */
    Resources open() {
        return open;
    }

    void open(Resources next) {
        open = next;
        if (!blockedFor.contains(next)) {
            blockedFor = next;
            Arrays.fill(blocked, 0);
        }
    }

    boolean blocks(Client client) {
        int word = client.slot >> 6;
        return word < blocked.length && (blocked[word] & 1L << client.slot) != 0;
    }

    /** @see #blocked */
    void block(Client client) {
        int word = client.slot >> 6;
        if (word >= blocked.length) {
            blocked = Arrays.copyOf(blocked, word + 1);
        }
        blocked[word] |= 1L << client.slot;
        blockedFor = open;
    }

    void unblock(Client client) {
        int word = client.slot >> 6;
        if (word < blocked.length) {
            blocked[word] &= ~(1L << client.slot);
        }
    }

    /** What its ledger would say while the agent is away: offers are void, tasks go on, nothing is free. */
    AgentChanged whileAway() {
        var used = new ArrayList<Holding>();
        for (var holding : facts.held()) {
            var left = holding.resources();
            for (var lease : facts.leased()) {
                left = lease.compareTo(holding) == 0 ? left.minus(lease.resources()) : left;
            }
            if (!left.isEmpty()) {
                used.add(new Holding(holding.framework(), holding.role(), left));
            }
        }
        return new AgentChanged(
                id, facts.info(), facts.total(), Resources.EMPTY, used, facts.answered(), List.of(), facts.epoch());
    }

    /** Its ledger offers nothing although not all is held. */
    boolean isOutOfUse() {
        if (!facts.free().isEmpty()) {
            return false;
        }
        var all = Resources.EMPTY;
        for (var holding : facts.held()) {
            all = all.plus(holding.resources());
        }
        return !all.equals(facts.total());
    }

    Optional<String> region() {
        return facts.info().hasDomain()
                ? Optional.of(
                        facts.info().getDomain().getFaultDomain().getRegion().getName())
                : Optional.empty();
    }

    /** In another region than the masters. Without regions everything is near. */
    boolean remote(Optional<String> mastersRegion) {
        return mastersRegion.isPresent() && facts.info().hasDomain() && !region().equals(mastersRegion);
    }

    void refuse(Client client, Resources resources, long until, long now) {
        int kept = 0;
        Refusal newest = null;
        Refusal last = null;
        for (var r = refusals.get(client); r != null && kept < MAX_FILTERS - 1; r = r.older) {
            boolean covered = resources.contains(r.resources) && r.until <= until;
            if (live(r, client, now) && !covered) {
                var copy = new Refusal(r.resources, r.until, r.generation, null);
                newest = newest == null ? copy : newest;
                if (last != null) {
                    last.older = copy;
                }
                last = copy;
                kept++;
            }
        }
        var before = refusals.put(client, new Refusal(resources, until, client.generation, newest));
        if (before == null || before.generation != client.generation) {
            client.refusing++;
        }
        filterEnds = Math.min(filterEnds, until);
    }

    private static boolean live(Refusal r, Client client, long now) {
        return r.until > now && r.generation == client.generation;
    }

    /** Whether the client has refused this or more of it, and the time is not over. */
    boolean refused(Client client, Resources part, long now) {
        for (var r = refusals.get(client); r != null; r = r.older) {
            if (live(r, client, now) && r.resources.contains(part)) {
                return true;
            }
        }
        return false;
    }

    /** When the last filter that keeps this from the client ends; 0 if none does. */
    long refusedUntil(Client client, Resources part, long now) {
        long until = 0;
        for (var r = refusals.get(client); r != null; r = r.older) {
            if (live(r, client, now) && r.resources.contains(part)) {
                until = Math.max(until, r.until);
            }
        }
        return until;
    }

    /** Filters are about an agent as it was. */
    void forgetRefusals() {
        refusals.forEach(AgentState::over);
        refusals.clear();
        filterEnds = Long.MAX_VALUE;
        Arrays.fill(blocked, 0);
    }

    /** Throws away the filters that are over. */
    void clean(long now) {
        Arrays.fill(blocked, 0);
        filterEnds = Long.MAX_VALUE;
        refusals.entrySet().removeIf(e -> {
            boolean over = true;
            for (var r = e.getValue(); r != null; r = r.older) {
                if (live(r, e.getKey(), now)) {
                    over = false;
                    filterEnds = Math.min(filterEnds, r.until);
                }
            }
            if (over) {
                over(e.getKey(), e.getValue());
            }
            return over;
        });
    }

    private static void over(Client client, Refusal refusal) {
        if (refusal.generation == client.generation) {
            client.refusing--;
        }
    }

    boolean crowded(int clients) {
        return refusals.size() > CLEAN_ABOVE + 2 * clients;
    }

    @Override
    public int compareTo(AgentState other) {
        return id.compareTo(other.id);
    }
}

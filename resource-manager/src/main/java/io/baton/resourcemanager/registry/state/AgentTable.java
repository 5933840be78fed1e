package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.resourcemanager.registry.record.DrainAgent;
import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.v1.AgentID;
import io.baton.v1.DrainInfo;
import io.baton.v1.DrainState;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The agents that were admitted, and what became of them. */
final class AgentTable {
    /** @param planned whether an operator drains or deactivated it: that must not be lost while the host is away */
    private record Away(boolean planned, long since, String id) implements Comparable<Away> {
        private static final Comparator<Away> ORDER =
                Comparator.comparing(Away::planned).thenComparing(Away::since).thenComparing(Away::id);

        static Away of(AgentEntry entry) {
            boolean planned = entry.hasDrain() || entry.getDeactivated();
            return new Away(planned, entry.getSince(), entry.getInfo().getId().getValue());
        }

        @Override
        public int compareTo(Away other) {
            return ORDER.compare(this, other);
        }
    }

    private final TreeMap<String, AgentEntry> agents = new TreeMap<>();

    /** The unreachable ones, in the order in which they may be forgotten. */
    private final TreeSet<Away> away = new TreeSet<>();

    private final TreeMap<Long, String> gone = new TreeMap<>();
    private final UnreachableMarks marks = new UnreachableMarks();

    Result admit(AdmitAgent command, long at, Epochs epochs) {
        var id = command.getInfo().getId().getValue();
        var problem = IdRules.problemOfId(id);
        if (problem.isPresent()) {
            return Results.refused(Refused.Code.INVALID, "agent id: " + problem.get());
        }
        if (command.getInfo().getSerializedSize() > RegistryLimits.DESCRIPTION_BYTES) {
            return Results.refused(
                    Refused.Code.FULL,
                    "the agent's resources and attributes take "
                            + command.getInfo().getSerializedSize() + " bytes, more than "
                            + RegistryLimits.DESCRIPTION_BYTES + ": give it fewer attributes");
        }
        var known = agents.get(id);
        if (known == null && admitted() >= RegistryLimits.AGENTS) {
            return Results.full("agents", RegistryLimits.AGENTS);
        }
        if (known != null && known.getState() == State.GONE) {
            return goneAlready(id);
        }
        forget(at, known == null ? RegistryLimits.AGENTS - 1 : RegistryLimits.AGENTS);
        long incarnation = epochs.next();
        var entry = known == null ? AgentEntry.newBuilder() : known.toBuilder();
        if (known == null || known.getState() != State.ADMITTED) {
            entry.setState(State.ADMITTED).setSince(at);
        }
        if (command.hasIp() && command.getIp().length() <= RegistryLimits.NAME_LENGTH) {
            entry.setIp(command.getIp());
        } else {
            entry.clearIp();
        }
        put(entry.setInfo(command.getInfo())
                .setIncarnation(incarnation)
                .setChanged(incarnation)
                .build());
        return Results.granted(incarnation, 0);
    }

    Result unreachable(MarkAgentUnreachable command, long at, Epochs epochs) {
        var id = command.getAgentId().getValue();
        var known = agents.get(id);
        if (known == null) {
            return notFound(id);
        }
        if (known.getState() != State.ADMITTED) {
            return Results.done();
        }
        if (known.getIncarnation() != command.getIncarnation()) {
            return Results.conflict(known.getIncarnation());
        }
        long wait = marks.take(at, admitted(), command);
        if (wait > 0) {
            return Results.limited(
                    "too many agents become unreachable at once: look for a broken network; '" + IdRules.printable(id)
                            + "' waits",
                    wait);
        }
        forget(at, RegistryLimits.AGENTS);
        return change(id, epochs, entry -> entry.setState(State.UNREACHABLE).setSince(at));
    }

    private int admitted() {
        return agents.size() - gone.size() - away.size();
    }

    /** Those that have been unreachable for longest, as far as they are too many, and a few that are too old. */
    private void forget(long at, int most) {
        while (!away.isEmpty() && agents.size() - gone.size() > most) {
            agents.remove(away.pollFirst().id);
        }
        long oldest = at - RegistryLimits.KEPT_UNREACHABLE.toMillis();
        for (int i = 0; i < RegistryLimits.FORGOTTEN_AT_ONCE && !away.isEmpty(); i++) {
            if (away.first().planned || away.first().since >= oldest) {
                return;
            }
            agents.remove(away.pollFirst().id);
        }
    }

    private void put(AgentEntry entry) {
        var id = entry.getInfo().getId().getValue();
        var before = agents.put(id, entry);
        if (before != null && before.getState() == State.UNREACHABLE) {
            away.remove(Away.of(before));
        }
        if (entry.getState() == State.UNREACHABLE) {
            away.add(Away.of(entry));
        }
    }

    Result gone(AgentID agent, long at, Epochs epochs) {
        var known = agents.get(agent.getValue());
        if (known == null) {
            return notFound(agent.getValue());
        }
        if (known.getState() == State.GONE) {
            return Results.done();
        }
        var result = change(
                agent.getValue(),
                epochs,
                entry -> entry.setState(State.GONE).setSince(at).clearDrain().clearDeactivated());
        gone.put(agents.get(agent.getValue()).getChanged(), agent.getValue());
        if (gone.size() > RegistryLimits.GONE_AGENTS) {
            agents.remove(gone.pollFirstEntry().getValue());
        }
        forget(at, RegistryLimits.AGENTS);
        return result;
    }

    Result drain(DrainAgent command, Epochs epochs) {
        return changeLiving(command.getAgentId(), epochs, entry -> entry.setDeactivated(true)
                .setDrain(DrainInfo.newBuilder().setState(DrainState.DRAINING).setConfig(command.getConfig())));
    }

    Result drained(AgentID agent, Epochs epochs) {
        var known = agents.get(agent.getValue());
        if (known == null || !known.hasDrain()) {
            return known == null ? notFound(agent.getValue()) : Results.done();
        }
        return changeLiving(
                agent,
                epochs,
                entry -> entry.setDrain(entry.getDrain().toBuilder().setState(DrainState.DRAINED)));
    }

    Result deactivate(AgentID agent, Epochs epochs) {
        return changeLiving(agent, epochs, entry -> entry.setDeactivated(true));
    }

    Result reactivate(AgentID agent, Epochs epochs) {
        var known = agents.get(agent.getValue());
        if (known != null && known.getDrain().getState() == DrainState.DRAINING) {
            return Results.refused(
                    Refused.Code.DRAINING,
                    "Agent is still in the DRAINING state: " + IdRules.printable(agent.getValue())
                            + " can be reactivated when its tasks have ended");
        }
        if (known != null && known.getState() != State.GONE && !known.getDeactivated()) {
            return Results.refused(Refused.Code.INVALID, "Agent is not deactivated");
        }
        return changeLiving(agent, epochs, entry -> entry.clearDeactivated().clearDrain());
    }

    private Result changeLiving(AgentID agent, Epochs epochs, UnaryOperator<AgentEntry.Builder> edit) {
        var known = agents.get(agent.getValue());
        if (known == null) {
            return notFound(agent.getValue());
        }
        return known.getState() == State.GONE ? goneAlready(agent.getValue()) : change(agent.getValue(), epochs, edit);
    }

    private Result change(String id, Epochs epochs, UnaryOperator<AgentEntry.Builder> edit) {
        long version = epochs.next();
        var changed = edit.apply(agents.get(id).toBuilder()).setChanged(version);
        put(changed.build());
        return Results.written(version);
    }

    private static Result notFound(String id) {
        return Results.refused(
                Refused.Code.NOT_FOUND, "there is no agent '" + IdRules.printable(id) + "': list them for their ids");
    }

    private static Result goneAlready(String id) {
        return Results.refused(
                Refused.Code.GONE,
                "agent '" + IdRules.printable(id)
                        + "' was declared gone: its host can only come back under a new id, with an empty work"
                        + " directory");
    }

    SortedMap<String, AgentEntry> agents() {
        return Collections.unmodifiableSortedMap(agents);
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.addAllAgents(agents.values());
        marks.save(snapshot);
    }

    void load(Snapshot snapshot) {
        agents.clear();
        gone.clear();
        away.clear();
        for (var agent : snapshot.getAgentsList()) {
            put(trimmed(agent));
            if (agent.getState() == State.GONE) {
                gone.put(agent.getChanged(), agent.getInfo().getId().getValue());
            }
        }
        marks.load(snapshot);
    }

    /** As of a removed framework: see {@link FrameworkTable}. */
    private static AgentEntry trimmed(AgentEntry entry) {
        return entry.getState() == State.GONE && entry.getInfo().getSerializedSize() > RegistryLimits.KEPT_AGENT_BYTES
                ? entry.toBuilder().setInfo(Remains.of(entry.getInfo())).build()
                : entry;
    }
}

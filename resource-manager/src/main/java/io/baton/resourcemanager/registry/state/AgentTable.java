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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The agents that were admitted, and what became of them. */
final class AgentTable {
    private final TreeMap<String, AgentEntry> agents = new TreeMap<>();
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
        if (known == null && agents.size() - gone.size() >= RegistryLimits.AGENTS) {
            return Results.full("agents", RegistryLimits.AGENTS);
        }
        if (known != null && known.getState() == State.GONE) {
            return goneAlready(id);
        }
        long incarnation = epochs.next();
        var entry = known == null ? AgentEntry.newBuilder() : known.toBuilder();
        if (known == null || known.getState() != State.ADMITTED) {
            entry.setState(State.ADMITTED).setSince(at);
        }
        agents.put(
                id,
                entry.setInfo(command.getInfo())
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
        long wait = marks.take(at, agents.size() - gone.size(), command);
        if (wait > 0) {
            return Results.limited(
                    "too many agents become unreachable at once: look for a broken network; '" + IdRules.printable(id)
                            + "' waits",
                    wait);
        }
        return change(id, epochs, entry -> entry.setState(State.UNREACHABLE).setSince(at));
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
        agents.put(id, changed.build());
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
        for (var agent : snapshot.getAgentsList()) {
            agents.put(agent.getInfo().getId().getValue(), agent);
            if (agent.getState() == State.GONE) {
                gone.put(agent.getChanged(), agent.getInfo().getId().getValue());
            }
        }
        marks.load(snapshot);
    }
}

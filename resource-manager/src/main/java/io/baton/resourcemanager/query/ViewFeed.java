package io.baton.resourcemanager.query;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol.AgentDetails;
import io.baton.core.protocol.ViewProtocol.Counted;
import io.baton.core.protocol.ViewProtocol.ExecutorsSeen;
import io.baton.core.protocol.ViewProtocol.TaskSeen;
import io.baton.core.protocol.ViewProtocol.TasksSeen;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the entities here have said since the last batch, for the other masters: the newest of each thing, and of a task
 * each state it went through, which event streams tell of. However much is said, a batch is bounded by what there is.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class ViewFeed {
    /** Most tasks in one batch; see {@link ViewBatches} for its bytes. */
    static final int MAX_TASKS = 500;

    /**
     * Facts to be taken in: {@code adopted} before {@code tasks}, the others in any order.
     *
     * @param executors after {@code forgotten}: an agent that comes back has them anew
     * @param offersGone have ended, whatever {@code offers} says of others
     * @param linked those of {@code agents} that have a link
     */
    record Batch(
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
            Set<AgentId> linked) {}

    /** @param update the last one: each is news */
    private record TaskKey(FrameworkId framework, TaskId task, TaskState state, ByteString update) {}

    private final Map<AgentId, Response.GetAgents.Agent> agents = new LinkedHashMap<>();
    private final Set<AgentId> linked = new LinkedHashSet<>();
    private final Map<AgentId, AgentDetails> details = new LinkedHashMap<>();
    private final Map<FrameworkId, Response.GetFrameworks.Framework> frameworks = new LinkedHashMap<>();
    private final List<TasksSeen> adopted = new ArrayList<>();
    private final Map<TaskKey, TaskSeen> tasks = new LinkedHashMap<>();
    private final Map<OfferId, Offer> offers = new LinkedHashMap<>();
    private final Set<OfferId> offersGone = new LinkedHashSet<>();
    private final Set<AgentId> forgotten = new LinkedHashSet<>();
    private final Map<AgentId, ExecutorsSeen> executors = new LinkedHashMap<>();
    private final List<Counted> counted = new ArrayList<>(1);
    private int adoptedTasks;

    /** Of what was said since the last batch, what was replaced since included. */
    private long bytes;

    void agentSeen(Response.GetAgents.Agent agent, boolean connected) {
        bytes += agent.getSerializedSize();
        var id = AgentId.fromProto(agent.getAgentInfo().getId());
        if (connected) {
            linked.add(id);
        } else {
            linked.remove(id);
        }
        agents.put(id, agent);
        forgotten.remove(id);
    }

    void agentDetails(AgentDetails said) {
        details.put(said.agent(), said);
    }

    void agentForgotten(AgentId agent) {
        agents.remove(agent);
        linked.remove(agent);
        details.remove(agent);
        executors.remove(agent);
        forgotten.add(agent);
    }

    void executorsSeen(ExecutorsSeen seen) {
        executors.put(seen.agent(), seen);
    }

    /** By this process: what it says later goes over what it says before. */
    void counted(Counted said) {
        counted.add(said);
    }

    void frameworkSeen(Response.GetFrameworks.Framework framework) {
        bytes += framework.getSerializedSize();
        frameworks.put(FrameworkId.fromProto(framework.getFrameworkInfo().getId()), framework);
    }

    void taskSeen(TaskSeen seen) {
        bytes += seen.task().getSerializedSize();
        var key = new TaskKey(
                FrameworkId.fromProto(seen.task().getFrameworkId()),
                TaskId.fromProto(seen.task().getTaskId()),
                seen.task().getState(),
                seen.task().getStatusUpdateUuid());
        tasks.remove(key);
        tasks.put(key, seen);
    }

    void offerSeen(Offer offer) {
        bytes += offer.getSerializedSize();
        offers.put(OfferId.fromProto(offer.getId()), offer);
    }

    void offersGone(List<OfferId> ended) {
        for (var id : ended) {
            offers.remove(id);
            offersGone.add(id);
        }
    }

    /**
     * A list that is too much for a batch goes out in brief, and each of its tasks once more by itself.
     *
     * @return what has to go out before it: it speaks of tasks that the batch may name as well
     */
    List<Batch> tasksSeen(TasksSeen list) {
        var before = tasks.isEmpty() ? List.<Batch>of() : take();
        var told = BriefTask.atMost(ViewBatches.MAX_BYTES, list.tasks());
        adopted.add(new TasksSeen(list.framework(), list.agent(), told));
        adoptedTasks += told.size();
        bytes += BriefTask.bytes(told);
        if (told != list.tasks()) {
            list.tasks().forEach(task -> taskSeen(new TaskSeen(task, false)));
        }
        return before;
    }

    boolean isEmpty() {
        return agents.isEmpty()
                && details.isEmpty()
                && frameworks.isEmpty()
                && adopted.isEmpty()
                && tasks.isEmpty()
                && offers.isEmpty()
                && offersGone.isEmpty()
                && forgotten.isEmpty()
                && executors.isEmpty()
                && counted.isEmpty();
    }

    boolean isFull() {
        return tasks.size() + adoptedTasks >= MAX_TASKS
                || offers.size() + offersGone.size() >= MAX_TASKS
                || bytes >= ViewBatches.MAX_BYTES;
    }

    /** Everything gathered, in batches of bounded size, one at least; nothing is left. */
    List<Batch> take() {
        var out = new ViewBatches();
        forgotten.forEach(out::forgotten);
        agents.forEach((id, agent) -> out.agent(agent, linked.contains(id)));
        details.values().forEach(out::details);
        executors.values().forEach(out::executors);
        counted.forEach(out::counted);
        // A framework is there before its tasks, and ends after them.
        frameworks.values().stream().filter(f -> !f.hasUnregisteredTime()).forEach(out::framework);
        adopted.forEach(out::adopted);
        tasks.values().forEach(out::task);
        frameworks.values().stream().filter(f -> f.hasUnregisteredTime()).forEach(out::framework);
        offers.values().forEach(out::offer);
        offersGone.forEach(out::offerGone);
        clear();
        return out.take();
    }

    private void clear() {
        agents.clear();
        linked.clear();
        details.clear();
        frameworks.clear();
        adopted.clear();
        adoptedTasks = 0;
        tasks.clear();
        offers.clear();
        offersGone.clear();
        forgotten.clear();
        executors.clear();
        counted.clear();
        bytes = 0;
    }
}

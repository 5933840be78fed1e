package io.baton.testkit;

import io.baton.v1.AgentID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The state behind one or more {@link FakeMaster}s: frameworks, agents, offers and tasks. */
final class FakeCluster {
    private static final long TICK_MILLIS = 50;

    private final String id = java.util.UUID.randomUUID().toString();
    private final FakeMaster.Settings settings;
    private final Map<String, FakeFramework> frameworks = new LinkedHashMap<>();
    private final Set<String> removed = new HashSet<>();
    private final OfferBook book = new OfferBook(id);
    /** Once closed it forgets whatever is still to happen. */
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                var thread = new Thread(task, "fake-cluster");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    private Function<TaskInfo, Outcome> outcomes = task -> Outcome.finishes();
    private boolean heartbeats = true;
    private boolean offering;
    private int frameworkCount;

    FakeCluster(FakeMaster.Settings settings) {
        this.settings = settings;
        var beat = settings.heartbeat().toMillis();
        timer.scheduleAtFixedRate(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void close() {
        timer.shutdownNow();
    }

    // ---- what tests do to it

    synchronized String addAgent(FakeAgent agent) {
        var agentId = book.add(agent);
        offerSoon();
        return agentId;
    }

    synchronized void loseAgent(String agentId) {
        for (var lease : book.lose(agentId)) {
            frameworks.get(lease.frameworkId()).send(Events.rescind(lease.id()));
        }
        for (var framework : frameworks.values()) {
            for (var task : framework.tasksOn(agentId)) {
                task.unreachable(true);
                if (!task.ended()) {
                    framework.send(Events.update(masterStatus(task.info(), shown(framework, task))
                            .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED)
                            .build()));
                }
            }
            framework.send(Event.newBuilder()
                    .setType(Event.Type.FAILURE)
                    .setFailure(Event.Failure.newBuilder()
                            .setAgentId(AgentID.newBuilder().setValue(agentId)))
                    .build());
        }
    }

    synchronized void returnAgent(String agentId) {
        if (!book.lacks(agentId)) {
            throw new IllegalArgumentException("no agent '" + agentId + "' was lost");
        }
        book.restore(agentId);
        for (var framework : frameworks.values()) {
            for (var task : framework.tasksOn(agentId)) {
                task.unreachable(false);
                if (!task.ended()) {
                    book.take(agentId, Amounts.of(task.info().getResourcesList()));
                    framework.send(Events.update(masterStatus(task.info(), task.state())
                            .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
                            .setMessage("Agent is back")
                            .build()));
                    advance(framework, task);
                }
            }
        }
        offerSoon();
    }

    synchronized void rescindOffers() {
        for (var lease : book.takeBack(any -> true)) {
            frameworks.get(lease.frameworkId()).send(Events.rescind(lease.id()));
        }
    }

    synchronized void outcomes(Function<TaskInfo, Outcome> decide) {
        outcomes = decide;
    }

    synchronized void heartbeats(boolean on) {
        heartbeats = on;
    }

    synchronized List<EventSink> sinks() {
        var sinks = new ArrayList<EventSink>();
        frameworks.values().stream().filter(f -> f.sink() != null).forEach(f -> sinks.add(f.sink()));
        return sinks;
    }

    synchronized List<String> frameworkIds() {
        return List.copyOf(frameworks.keySet());
    }

    synchronized TaskState taskState(String taskId) {
        return frameworks.values().stream()
                .map(f -> f.tasks().get(taskId))
                .filter(task -> task != null)
                .map(FakeTask::state)
                .findFirst()
                .orElse(null);
    }

    /** Sends an update that waits for its acknowledgement once more. */
    synchronized boolean repeat(String taskId) {
        for (var framework : frameworks.values()) {
            var task = framework.tasks().get(taskId);
            if (task != null && task.outstanding() != null) {
                framework.send(Events.update(task.outstanding()));
                return true;
            }
        }
        return false;
    }

    // ---- subscriptions

    /** @return null if the stream was told an error and ends */
    synchronized FakeFramework subscribe(Call.Subscribe call, EventSink sink, int port) {
        var info = call.getFrameworkInfo();
        var refusal = refusal(info);
        if (refusal != null) {
            sink.send(Events.error(refusal));
            sink.end();
            return null;
        }
        var frameworkId = info.getId().getValue().isEmpty()
                ? String.format("%s-%04d", id, frameworkCount++)
                : info.getId().getValue();
        var framework = frameworks.computeIfAbsent(frameworkId, unused -> new FakeFramework(frameworkId, info));
        if (framework.sink() != null) {
            framework.sink().send(Events.error("Framework failed over"));
            framework.sink().end();
        }
        book.takeBack(lease -> lease.frameworkId().equals(frameworkId));
        framework.update(info, call.getSuppressedRolesList());
        framework.connect(sink);
        sink.send(Events.subscribed(frameworkId, settings.heartbeat().toMillis() / 1_000.0, id, port));
        sink.send(Events.HEARTBEAT);
        offerSoon();
        return framework;
    }

    private String refusal(FrameworkInfo info) {
        return removed.contains(info.getId().getValue())
                ? "Framework has been removed"
                : FakeFramework.problemOfRoles(info).orElse(null);
    }

    /** The stream's connection ended. */
    synchronized void disconnected(FakeFramework framework, EventSink sink) {
        if (framework.sink() != sink) {
            return;
        }
        framework.disconnect();
        book.takeBack(lease -> lease.frameworkId().equals(framework.id()));
        var timeout = (long) (framework.info().getFailoverTimeout() * 1_000);
        int stream = framework.streams();
        timer.schedule(() -> expire(framework, stream), timeout, TimeUnit.MILLISECONDS);
        offerSoon();
    }

    /** Unless it has had another stream since. */
    private synchronized void expire(FakeFramework framework, int stream) {
        if (framework.sink() == null && framework.streams() == stream) {
            remove(framework);
        }
    }

    private void remove(FakeFramework framework) {
        if (frameworks.remove(framework.id(), framework)) {
            removed.add(framework.id());
            book.takeBack(lease -> lease.frameworkId().equals(framework.id()));
            framework.tasks().values().stream().filter(task -> !task.ended()).forEach(this::freeOf);
            offerSoon();
        }
    }

    /** The framework of this id; null if there is none. */
    synchronized FakeFramework framework(String frameworkId) {
        return frameworks.get(frameworkId);
    }

    // ---- calls

    /** Does what a call of a subscribed framework says. */
    synchronized void handle(FakeFramework framework, Call call) {
        switch (call.getType()) {
            case ACCEPT -> accept(framework, call.getAccept());
            case DECLINE -> decline(framework, call.getDecline());
            case ACKNOWLEDGE -> acknowledge(framework, call.getAcknowledge());
            case KILL -> kill(framework, call.getKill());
            case RECONCILE -> reconcile(framework, call.getReconcile());
            case SUPPRESS -> framework.suppress(call.getSuppress().getRolesList());
            case REVIVE -> {
                framework.revive(call.getRevive().getRolesList());
                offerSoon();
            }
            case TEARDOWN -> {
                framework.sink().end();
                framework.disconnect();
                remove(framework);
            }
            case UPDATE_FRAMEWORK -> {
                var update = call.getUpdateFramework();
                framework.update(update.getFrameworkInfo(), update.getSuppressedRolesList());
                offerSoon();
            }
            default -> {
                // Taken, and without effect here.
            }
        }
    }

    private void accept(FakeFramework framework, Call.Accept accept) {
        var problem = book.problemOf(framework.id(), accept.getOfferIdsList());
        if (problem.isPresent()) {
            drop(framework, accept, problem.get());
            return;
        }
        var left = new Amounts();
        var leases = accept.getOfferIdsList().stream()
                .map(offer -> book.lease(offer.getValue(), framework.id()))
                .toList();
        for (var lease : leases) {
            book.use(lease);
            left.add(lease.amounts());
        }
        var agentId = leases.get(0).agentId();
        var role = leases.get(0).role();
        for (var operation : accept.getOperationsList()) {
            if (operation.hasLaunchGroup()) {
                launch(framework, operation, tasks(operation), agentId, role, left);
            } else if (operation.hasLaunch()) {
                for (var task : tasks(operation)) {
                    launch(framework, operation, List.of(task), agentId, role, left);
                }
            } else {
                refuseOperation(framework, operation, agentId);
            }
        }
        book.free(agentId, left);
        framework.refuse(agentId, role, left, accept.getFilters().getRefuseSeconds(), System.nanoTime());
        offerSoon();
    }

    /** Nothing of it happens. The offers that were good end all the same; what they lent is free again. */
    private void drop(FakeFramework framework, Call.Accept accept, String why) {
        for (var operation : accept.getOperationsList()) {
            for (var task : tasks(operation)) {
                framework.send(Events.update(masterStatus(task, lostAs(framework, TaskState.TASK_DROPPED))
                        .setReason(TaskStatus.Reason.REASON_INVALID_OFFERS)
                        .setMessage("Task launched with invalid offers: " + why)
                        .build()));
            }
        }
        var named = accept.getOfferIdsList().stream().map(OfferID::getValue).collect(Collectors.toSet());
        book.takeBack(lease -> lease.frameworkId().equals(framework.id()) && named.contains(lease.id()));
        offerSoon();
    }

    /** All of them or none. */
    private void launch(
            FakeFramework framework,
            Offer.Operation operation,
            List<TaskInfo> together,
            String agentId,
            String role,
            Amounts left) {
        var rules = new LaunchRules(framework.tasks().keySet(), agentId, role, left);
        var problem = rules.problemOf(operation, together);
        if (problem.isPresent()) {
            var reason = operation.hasLaunchGroup()
                    ? TaskStatus.Reason.REASON_TASK_GROUP_INVALID
                    : TaskStatus.Reason.REASON_TASK_INVALID;
            for (var task : together) {
                framework.send(Events.update(masterStatus(task, TaskState.TASK_ERROR)
                        .setReason(reason)
                        .setMessage(problem.get())
                        .build()));
            }
            return;
        }
        for (var info : together) {
            left.subtract(Amounts.of(info.getResourcesList()));
            var task = new FakeTask(info, framework.id(), outcomes.apply(info));
            framework.tasks().put(task.id(), task);
            advance(framework, task);
        }
    }

    private static List<TaskInfo> tasks(Offer.Operation operation) {
        return operation.hasLaunchGroup()
                ? operation.getLaunchGroup().getTaskGroup().getTasksList()
                : operation.getLaunch().getTaskInfosList();
    }

    private static void refuseOperation(FakeFramework framework, Offer.Operation operation, String agentId) {
        if (!operation.getId().getValue().isEmpty()) {
            framework.send(Event.newBuilder()
                    .setType(Event.Type.UPDATE_OPERATION_STATUS)
                    .setUpdateOperationStatus(Event.UpdateOperationStatus.newBuilder()
                            .setStatus(OperationStatus.newBuilder()
                                    .setOperationId(operation.getId())
                                    .setState(OperationState.OPERATION_ERROR)
                                    .setMessage("This master in memory keeps no reservations and no volumes")
                                    .setAgentId(AgentID.newBuilder().setValue(agentId))))
                    .build());
        }
    }

    private void decline(FakeFramework framework, Call.Decline decline) {
        for (var offer : decline.getOfferIdsList()) {
            var lease = book.lease(offer.getValue(), framework.id());
            if (lease != null) {
                book.use(lease);
                book.free(lease.agentId(), lease.amounts());
                framework.refuse(
                        lease.agentId(),
                        lease.role(),
                        lease.amounts(),
                        decline.getFilters().getRefuseSeconds(),
                        System.nanoTime());
            }
        }
        offerSoon();
    }

    private void acknowledge(FakeFramework framework, Call.Acknowledge acknowledge) {
        var task = framework.tasks().get(acknowledge.getTaskId().getValue());
        if (task == null || !task.acknowledge(acknowledge.getUuid())) {
            return;
        }
        if (task.ended()) {
            framework.tasks().remove(task.id());
        } else {
            advance(framework, task);
        }
    }

    private void kill(FakeFramework framework, Call.Kill kill) {
        var task = framework.tasks().get(kill.getTaskId().getValue());
        if (task == null) {
            answerUnknown(framework, kill.getTaskId(), kill.getAgentId());
            return;
        }
        if (task.isUnreachable()) {
            answerKnown(framework, task);
        }
        task.kill(framework.can(FrameworkInfo.Capability.Type.TASK_KILLING_STATE));
        advance(framework, task);
    }

    private void reconcile(FakeFramework framework, Call.Reconcile reconcile) {
        if (reconcile.getTasksCount() == 0) {
            framework.tasks().values().forEach(task -> answerKnown(framework, task));
        }
        for (var question : reconcile.getTasksList()) {
            var task = framework.tasks().get(question.getTaskId().getValue());
            if (task != null) {
                answerKnown(framework, task);
            } else {
                answerUnknown(framework, question.getTaskId(), question.getAgentId());
            }
        }
    }

    private static void answerKnown(FakeFramework framework, FakeTask task) {
        framework.send(Events.update(masterStatus(task.info(), shown(framework, task))
                .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                .setMessage("Reconciliation: Latest task state")
                .build()));
    }

    private void answerUnknown(FakeFramework framework, TaskID taskId, AgentID agentId) {
        var state = book.knows(agentId.getValue()) ? TaskState.TASK_GONE : TaskState.TASK_UNKNOWN;
        var status = TaskStatus.newBuilder()
                .setTaskId(taskId)
                .setState(lostAs(framework, state))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                .setMessage("Reconciliation: Task is unknown");
        if (!agentId.getValue().isEmpty()) {
            status.setAgentId(agentId);
        }
        framework.send(Events.update(status.build()));
    }

    // ---- tasks

    private void advance(FakeFramework framework, FakeTask task) {
        if (!task.hasNext()) {
            return;
        }
        var pause = task.pause(System.nanoTime());
        if (pause.isZero()) {
            report(framework, task);
        } else {
            timer.schedule(() -> reportLater(framework, task), pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void reportLater(FakeFramework framework, FakeTask task) {
        if (task.hasNext()) {
            report(framework, task);
        }
    }

    private void report(FakeFramework framework, FakeTask task) {
        var status = task.next(System.currentTimeMillis() / 1_000.0);
        task.sent(System.nanoTime());
        framework.send(Events.update(status));
        if (task.ended()) {
            freeOf(task);
            offerSoon();
        }
    }

    private void freeOf(FakeTask task) {
        book.free(task.agentId().getValue(), Amounts.of(task.info().getResourcesList()));
    }

    private static TaskStatus.Builder masterStatus(TaskInfo task, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setAgentId(task.getAgentId())
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setTimestamp(System.currentTimeMillis() / 1_000.0);
    }

    private static TaskState shown(FakeFramework framework, FakeTask task) {
        var state = task.state();
        return state == TaskState.TASK_UNREACHABLE ? lostAs(framework, state) : state;
    }

    private static TaskState lostAs(FakeFramework framework, TaskState state) {
        return framework.can(FrameworkInfo.Capability.Type.PARTITION_AWARE) ? state : TaskState.TASK_LOST;
    }

    // ---- time

    private void offerSoon() {
        if (!offering && !timer.isShutdown()) {
            offering = true;
            timer.execute(this::offer);
        }
    }

    private synchronized void offer() {
        offering = false;
        var now = System.nanoTime();
        var made = new LinkedHashMap<FakeFramework, List<Offer>>();
        for (var agentId : book.agentsWorthOffering()) {
            for (var framework : frameworks.values()) {
                var role = framework.wants(agentId, book.free(agentId), now);
                if (role != null) {
                    framework.offered(role);
                    made.computeIfAbsent(framework, unused -> new ArrayList<>())
                            .add(book.lend(agentId, framework, role));
                    break;
                }
            }
        }
        made.forEach((framework, offers) -> framework.send(Events.offers(offers)));
    }

    private synchronized void beat() {
        if (heartbeats) {
            sinks().forEach(sink -> sink.send(Events.HEARTBEAT));
        }
    }

    private synchronized void tick() {
        offerSoon();
        var due = System.nanoTime() - settings.resendAfter().toNanos();
        for (var framework : frameworks.values()) {
            for (var task : framework.tasks().values()) {
                boolean heard = framework.sink() != null && !task.isUnreachable();
                if (heard && task.outstanding() != null && task.sentNanos() <= due) {
                    task.sent(System.nanoTime());
                    framework.send(Events.update(task.outstanding()));
                }
            }
        }
    }
}

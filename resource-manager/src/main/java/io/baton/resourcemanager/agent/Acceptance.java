package io.baton.resourcemanager.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.link.Run;
import io.baton.link.RunGroup;
import io.baton.link.ToAgent;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.resourcemanager.validation.OperationRules;
import io.baton.resourcemanager.validation.TaskFit;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.util.List;
import java.util.Optional;

/** One use of leases: operations, first to last, until what was leased is used up. */
final class Acceptance {
    private final FrameworkInfo framework;
    private final FrameworkId owner;
    private final String role;
    /** Names what is launched: a lease is used once. */
    private final String launch;

    private final Term term;
    private final Books books;
    private final List<LedgerEffect> effects;
    private final Resources offered;
    private Resources left = Resources.EMPTY;
    /** The text of {@code left}, once somebody has wanted it. */
    private Optional<String> leftAsText = Optional.empty();

    /** @param effects where all that follows goes, in this order */
    Acceptance(FrameworkInfo framework, List<Lease> leases, Term term, Books books, List<LedgerEffect> effects) {
        this.framework = framework;
        this.owner = FrameworkId.fromProto(framework.getId());
        this.role = leases.isEmpty() ? "*" : leases.get(0).role();
        this.launch = leases.isEmpty() ? "" : leases.get(0).id().value();
        this.term = term;
        this.books = books;
        this.effects = effects;
        for (var lease : leases) {
            left = left.plus(lease.resources());
            books.leases().end(lease, effects);
        }
        offered = left;
    }

    /** One of the offers is not valid any more, so nothing of this happens. */
    void refuse(List<Offer.Operation> operations, OfferId missing) {
        var tasks = Refusals.tasksOf(operations);
        if (!tasks.isEmpty()) {
            refuse(tasks, Refusals.invalidOffer(framework, missing));
        }
        operations.stream()
                .filter(o -> !OperationRules.launches(o.getType()))
                .forEach(o -> Operations.refuse(effects, framework, o, Operations.invalidOffer(missing)));
    }

    /** Each task of a launch on its own, the tasks of a group all or none; reservations and volumes as they come. */
    void take(Offer.Operation operation) {
        switch (operation.getType()) {
            case LAUNCH -> operation.getLaunch().getTaskInfosList().forEach(task -> launch(List.of(task), false));
            case LAUNCH_GROUP -> {
                var group = operation.getLaunchGroup().getTaskGroup().getTasksList();
                if (!group.isEmpty()) {
                    launch(group, true);
                }
            }
            default -> {
                left = books.operations().perform(effects, framework, operation, left, term);
                leftAsText = Optional.empty();
            }
        }
    }

    private void launch(List<TaskInfo> together, boolean group) {
        var reason = group ? TaskStatus.Reason.REASON_TASK_GROUP_INVALID : TaskStatus.Reason.REASON_TASK_INVALID;
        var taken = together.stream()
                .map(TaskInfo::getTaskId)
                .filter(id -> books.tasks().knows(owner, TaskId.fromProto(id)))
                .findFirst();
        if (taken.isPresent()) { // The session has moved and does not know it yet.
            refuse(together, Refusals.duplicate(taken.get(), reason));
            return;
        }
        var executor = TaskFit.executorOf(together);
        if (executor.filter(e -> books.executors().differs(owner, e)).isPresent()) {
            refuse(together, Refusals.otherExecutor(executor.get(), reason));
            return;
        }
        boolean starts =
                executor.filter(e -> !books.executors().hosts(owner, e)).isPresent();
        var wanted = TaskFit.wanted(together, starts);
        var other = TaskFit.otherRole(together, role);
        if (other.isPresent()) {
            refuse(together, Refusals.otherRole(wanted, other.get(), leftAsText(), role, reason));
            return;
        }
        if (!left.contains(wanted)) {
            refuse(together, Refusals.tooLarge(wanted, leftAsText(), reason));
            return;
        }
        var placed =
                together.stream().map(task -> TaskFit.allocated(task, role)).toList();
        if (starts) {
            books.executors().start(owner, role, placed.get(0).getExecutor());
        }
        var frame = frame(placed, group, starts);
        for (var task : placed) {
            books.tasks().launch(owner, TaskId.fromProto(task.getTaskId()), role, TaskFit.own(task), frame);
        }
        effects.add(new LedgerEffect.ToLink(frame));
        left = left.minus(wanted);
        leftAsText = Optional.empty();
    }

    /** The same for all tasks that do not fit into it: it may be long, of many ranges of ports. */
    private String leftAsText() {
        var text = leftAsText.orElseGet(() -> ForeignText.resources(left));
        leftAsText = Optional.of(text);
        return text;
    }

    private ToAgent frame(List<TaskInfo> placed, boolean group, boolean starts) {
        var out = ToAgent.newBuilder();
        if (group) {
            out.setRunGroup(RunGroup.newBuilder()
                    .setEpoch(term.epoch())
                    .setFramework(framework)
                    .addAllTasks(placed)
                    .setLaunchExecutor(starts)
                    .setLaunch(launch));
        } else {
            var run = Run.newBuilder()
                    .setEpoch(term.epoch())
                    .setFramework(framework)
                    .setTask(placed.get(0))
                    .setLaunch(launch);
            if (starts) {
                run.setLaunchExecutor(true);
            }
            out.setRun(run);
        }
        return out.build();
    }

    private void refuse(List<TaskInfo> together, TaskStatus status) {
        effects.add(new LedgerEffect.Refused(owner, together, status));
    }

    /** Of the leases. */
    String role() {
        return role;
    }

    /** What nobody has used, but for what was made of it: nobody has refused that, so it is offered at once. */
    Resources untouched() {
        return left.minus(left.minus(offered));
    }
}

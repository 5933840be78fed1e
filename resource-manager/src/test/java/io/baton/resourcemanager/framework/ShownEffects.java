package io.baton.resourcemanager.framework;

import io.baton.core.protocol.AgentProtocol;
import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Effects as short text for the tables; what only the allocator and the read model need is left out. */
final class ShownEffects {
    private ShownEffects() {}

    static String of(List<SessionEffect> effects) {
        return effects.stream().map(ShownEffects::text).filter(Objects::nonNull).collect(Collectors.joining("; "));
    }

    private static String text(SessionEffect effect) {
        if (effect instanceof SessionEffect.Emit e) {
            return text(e.event());
        }
        if (effect instanceof SessionEffect.RefuseSubscriber e) {
            return "refuse: " + e.error().getError().getMessage();
        }
        if (effect instanceof SessionEffect.AdoptSubscriber) {
            return "adopt";
        }
        if (effect instanceof SessionEffect.EndStream) {
            return "end";
        }
        if (effect instanceof SessionEffect.FlushLater) {
            return "later";
        }
        if (effect instanceof SessionEffect.TaskSeen e) {
            return text(e.task(), e.completed());
        }
        if (effect instanceof SessionEffect.TasksSeen e) {
            return e.tasks().stream()
                    .map(t -> text(t, false))
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("; "));
        }
        if (effect instanceof SessionEffect.ToNamed e) {
            return text(new SessionEffect.ToAgent(e.agent(), e.message()));
        }
        return effect instanceof SessionEffect.ToAgent e ? text(e) : null;
    }

    private static String text(Task task, boolean completed) {
        boolean staged = task.getStatusesCount() == 0
                && !completed
                && task.getState().name().endsWith("STAGING");
        return staged
                ? null
                : task.getTaskId().getValue() + " " + task.getState() + (completed ? " completed" : " seen");
    }

    private static String text(Event event) {
        return switch (event.getType()) {
            case ERROR -> event.getError().getMessage();
            case OFFERS ->
                event.getOffers().getOffersList().stream()
                        .map(o -> o.getId().getValue())
                        .collect(Collectors.joining(" ", "OFFERS ", ""));
            case UPDATE -> text(event.getUpdate().getStatus());
            default -> event.getType().name();
        };
    }

    private static String text(TaskStatus status) {
        return status.getTaskId().getValue() + " " + status.getState()
                + (status.hasReason() ? " " + status.getReason().name().replace("REASON_", "") : "")
                + (status.hasMessage() ? " " + status.getMessage() : "");
    }

    private static String text(SessionEffect.ToAgent effect) {
        if (effect.message() instanceof AgentProtocol.Decline m) {
            return m.offers().stream().map(Objects::toString).collect(Collectors.joining(" ", "decline ", " "))
                    + m.refuse();
        }
        if (effect.message() instanceof AgentProtocol.Accept m) {
            var tasks = m.operations().stream()
                    .flatMap(o -> o.getLaunch().getTaskInfosList().stream())
                    .map(t -> t.getTaskId().getValue())
                    .toList();
            return m.offers().stream().map(Objects::toString).collect(Collectors.joining(" ", "accept ", " ")) + tasks
                    + " " + m.refuse();
        }
        if (effect.message() instanceof AgentProtocol.Acknowledge m) {
            return "ack " + m.task();
        }
        if (effect.message() instanceof AgentProtocol.Ask m) {
            return "ask " + m.task();
        }
        return effect.message() instanceof AgentProtocol.RemoveFramework
                ? "remove from " + effect.agent()
                : effect.message().toString();
    }
}

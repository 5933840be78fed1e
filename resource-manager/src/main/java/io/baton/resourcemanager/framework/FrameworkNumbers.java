package io.baton.resourcemanager.framework;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.ViewProtocol.Numbers;
import io.baton.resourcemanager.metrics.MasterNumbers;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a framework's session is asked and says, under Mesos's names. A count costs one look-up. */
final class FrameworkNumbers {
    /** What Mesos calls the messages that calls once were. */
    private static final Map<Call.Type, String> MESSAGES = Map.ofEntries(
            Map.entry(Call.Type.TEARDOWN, "unregister_framework"),
            Map.entry(Call.Type.DECLINE, "decline_offers"),
            Map.entry(Call.Type.REVIVE, "revive_offers"),
            Map.entry(Call.Type.SUPPRESS, "suppress_offers"),
            Map.entry(Call.Type.KILL, "kill_task"),
            Map.entry(Call.Type.ACKNOWLEDGE, "status_update_acknowledgement"),
            Map.entry(Call.Type.ACKNOWLEDGE_OPERATION_STATUS, "operation_status_update_acknowledgement"),
            Map.entry(Call.Type.RECONCILE, "reconcile_tasks"),
            Map.entry(Call.Type.RECONCILE_OPERATIONS, "reconcile_operations"),
            Map.entry(Call.Type.MESSAGE, "framework_to_executor"),
            Map.entry(Call.Type.REQUEST, "resource_request"));

    /** Those of which Mesos tells whether they were good. */
    private static final Map<Call.Type, String> JUDGED = Map.of(
            Call.Type.ACKNOWLEDGE, "status_update_acknowledgements",
            Call.Type.ACKNOWLEDGE_OPERATION_STATUS, "operation_status_update_acknowledgements",
            Call.Type.MESSAGE, "framework_to_executor_messages");

    private final MasterNumbers numbers;
    private final String prefix;
    private final Map<String, LongAdder> known = new HashMap<>();
    private final Map<Call.Type, LongAdder> calls = new EnumMap<>(Call.Type.class);
    private final Map<Event.Type, LongAdder> events = new EnumMap<>(Event.Type.class);

    FrameworkNumbers(FrameworkId id, MasterNumbers numbers) {
        this.numbers = numbers;
        this.prefix = Numbers.ofFramework(id.value());
    }

    private void add(String name, long count) {
        known.computeIfAbsent(name, n -> numbers.counter(prefix + n)).add(count);
    }

    private void addToMaster(String name) {
        known.computeIfAbsent("master/" + name, numbers::counter).increment();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** @param again the scheduler named the framework's id */
    void subscribes(boolean again) {
        called(Call.Type.SUBSCRIBE);
        addToMaster(again ? "messages_reregister_framework" : "messages_register_framework");
    }

    private void called(Call.Type type) {
        add("calls", 1);
        calls.computeIfAbsent(type, t -> numbers.counter(prefix + "calls/" + lower(t)))
                .increment();
    }

    /**
     * Any call but SUBSCRIBE.
     *
     * @param known whether there is such a framework: names of others would be kept for ever, in all masters
     */
    void called(Call call, Answered answered, boolean known) {
        var type = call.getType();
        if (known) {
            called(type);
        }
        if (MESSAGES.containsKey(type)) {
            addToMaster("messages_" + MESSAGES.get(type));
        }
        boolean good = answered.answer().status() < 300;
        if (JUDGED.containsKey(type)) {
            addToMaster((good ? "valid_" : "invalid_") + JUDGED.get(type));
        }
        if (good && type == Call.Type.ACCEPT) {
            accepts(call.getAccept());
        }
        if (type == Call.Type.ACCEPT || type == Call.Type.DECLINE) {
            answered.effects().forEach(this::answeredOffers);
        }
    }

    private void accepts(Call.Accept accept) {
        addToMaster("messages_launch_tasks");
        accept.getOperationsList().forEach(operation -> {
            add("operations", 1);
            add("operations/" + lower(operation.getType()), 1);
        });
    }

    /** What an ACCEPT is answered with at once are tasks that were refused before they were any. */
    private void answeredOffers(SessionEffect effect) {
        if (effect instanceof SessionEffect.Emit e && e.event().hasUpdate()) {
            var state = lower(e.event().getUpdate().getStatus().getState());
            add("tasks/terminal/" + state, 1);
            addToMaster(state.replaceFirst("task_", "tasks_"));
        } else if (effect instanceof SessionEffect.ToAgent e && e.message() instanceof AgentProtocol.Accept accepted) {
            add("offers/accepted", accepted.offers().size());
        } else if (effect instanceof SessionEffect.ToAgent e && e.message() instanceof AgentProtocol.Decline declined) {
            add("offers/declined", declined.offers().size());
        }
    }

    /** The framework's scheduler is told this. */
    void told(Event event) {
        add("events", 1);
        events.computeIfAbsent(event.getType(), t -> numbers.counter(prefix + "events/" + lower(t)))
                .increment();
        if (event.getType() == Event.Type.OFFERS) {
            add("offers/sent", event.getOffers().getOffersCount());
        } else if (event.getType() == Event.Type.RESCIND) {
            add("offers/rescinded", 1);
        }
    }
}

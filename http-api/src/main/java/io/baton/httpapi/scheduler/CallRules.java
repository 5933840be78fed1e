package io.baton.httpapi.scheduler;

import io.baton.httpapi.operator.OperatorCall;
import io.baton.v1.FrameworkID;
import io.baton.v1.scheduler.Call;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The form of a scheduler's call: what can be said without knowing the framework. What a call means is for the
 * framework's entity to judge. The texts are those of Mesos.
 *
 * <p>Pure.
 */
public final class CallRules {
    private static final int UUID_BYTES = 16;

    /** For each type the test that its message is there. TEARDOWN, REVIVE, SUPPRESS and UNKNOWN need none. */
    private static final Map<Call.Type, Predicate<Call>> MESSAGES = new EnumMap<>(Call.Type.class);

    static {
        MESSAGES.put(Call.Type.SUBSCRIBE, Call::hasSubscribe);
        MESSAGES.put(Call.Type.ACCEPT, Call::hasAccept);
        MESSAGES.put(Call.Type.DECLINE, Call::hasDecline);
        MESSAGES.put(Call.Type.ACCEPT_INVERSE_OFFERS, Call::hasAcceptInverseOffers);
        MESSAGES.put(Call.Type.DECLINE_INVERSE_OFFERS, Call::hasDeclineInverseOffers);
        MESSAGES.put(Call.Type.KILL, Call::hasKill);
        MESSAGES.put(Call.Type.SHUTDOWN, Call::hasShutdown);
        MESSAGES.put(Call.Type.ACKNOWLEDGE, Call::hasAcknowledge);
        MESSAGES.put(Call.Type.ACKNOWLEDGE_OPERATION_STATUS, Call::hasAcknowledgeOperationStatus);
        MESSAGES.put(Call.Type.RECONCILE, Call::hasReconcile);
        MESSAGES.put(Call.Type.RECONCILE_OPERATIONS, Call::hasReconcileOperations);
        MESSAGES.put(Call.Type.MESSAGE, Call::hasMessage);
        MESSAGES.put(Call.Type.REQUEST, Call::hasRequest);
        MESSAGES.put(Call.Type.UPDATE_FRAMEWORK, Call::hasUpdateFramework);
    }

    private CallRules() {}

    /** What is wrong with the form of a call, if anything. */
    public static Optional<String> problem(Call call) {
        if (!call.hasType()) {
            return OperatorCall.typeMissing(Call.Type.getDescriptor());
        }
        var type = call.getType();
        if (type != Call.Type.SUBSCRIBE && !call.hasFrameworkId()) {
            return expecting("framework_id");
        }
        var message = MESSAGES.get(type);
        if (message != null && !message.test(call)) {
            return expecting(type.name().toLowerCase(Locale.ROOT));
        }
        return switch (type) {
            case SUBSCRIBE -> ids(call, call.getSubscribe().getFrameworkInfo().getId(), "subscribe.framework_info.id");
            case UPDATE_FRAMEWORK ->
                ids(call, call.getUpdateFramework().getFrameworkInfo().getId(), "update_framework.framework_info.id");
            case ACKNOWLEDGE -> uuid(call.getAcknowledge().getUuid().size());
            case ACKNOWLEDGE_OPERATION_STATUS -> operationStatus(call.getAcknowledgeOperationStatus());
            default -> Optional.empty();
        };
    }

    /**
     * What is wrong with who subscribes, if anything.
     *
     * @param authenticated empty where nobody has to say who they are
     */
    static Optional<String> problemOfPrincipal(Call call, Optional<String> authenticated) {
        var info = call.getSubscribe().getFrameworkInfo();
        boolean subscribes = call.getType() == Call.Type.SUBSCRIBE;
        return authenticated
                .filter(principal -> subscribes
                        && info.hasPrincipal()
                        && !info.getPrincipal().equals(principal))
                .map(principal -> "Authenticated principal '" + principal + "' does not match principal '"
                        + info.getPrincipal() + "' set in `FrameworkInfo`");
    }

    private static Optional<String> expecting(String field) {
        return Optional.of("Expecting '" + field + "' to be present");
    }

    /** No id and an id without text are the same. */
    private static Optional<String> ids(Call call, FrameworkID inside, String name) {
        return call.getFrameworkId().getValue().equals(inside.getValue())
                ? Optional.empty()
                : Optional.of("'framework_id' differs from '" + name + "'");
    }

    private static Optional<String> uuid(int bytes) {
        return bytes == UUID_BYTES ? Optional.empty() : Optional.of("Not a valid UUID");
    }

    private static Optional<String> operationStatus(Call.AcknowledgeOperationStatus acknowledge) {
        if (acknowledge.getUuid().size() != UUID_BYTES) {
            return Optional.of("Not a valid UUID");
        }
        return acknowledge.hasAgentId() ? Optional.empty() : expecting("agent_id");
    }
}

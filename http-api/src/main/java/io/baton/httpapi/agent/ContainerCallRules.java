package io.baton.httpapi.agent;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.resource.ResourceRules;
import io.baton.core.resource.Resources;
import io.baton.core.security.ExecutorIdentity;
import io.baton.v1.ContainerID;
import io.baton.v1.agent.Call;
import java.util.Locale;
import java.util.Optional;

/**
 * The form of calls about containers that are started by call (Mesos v1: the agent's {@code call::validate}).
 *
 * <p>Pure.
 */
final class ContainerCallRules {
    /** Longest id of a container, as in Mesos. */
    static final int MAX_ID_CHARACTERS = 242;

    /** Deepest nesting. */
    static final int MAX_DEPTH = 32;

    private ContainerCallRules() {}

    /**
     * What is wrong, if anything.
     *
     * @param call that has the message its type asks for
     */
    static Optional<String> problem(Call call) {
        var field = call.getType().name().toLowerCase(Locale.ROOT);
        boolean launch = call.getType() == Call.Type.LAUNCH_CONTAINER;
        return container(call).flatMap(id -> idProblem(id, 0)
                .map(problem -> "'" + field + ".container_id' is invalid: " + problem)
                .or(() -> field.contains("nested") && !id.hasParent()
                        ? Optional.of("Expecting '" + field + ".container_id.parent' to be present")
                        : Optional.empty())
                .or(() -> launch ? launchProblem(call.getLaunchContainer()) : Optional.empty()));
    }

    /** The container that a call is about; empty if it is about none. */
    private static Optional<ContainerID> container(Call call) {
        return switch (call.getType()) {
            case LAUNCH_NESTED_CONTAINER ->
                Optional.of(call.getLaunchNestedContainer().getContainerId());
            case WAIT_NESTED_CONTAINER ->
                Optional.of(call.getWaitNestedContainer().getContainerId());
            case KILL_NESTED_CONTAINER ->
                Optional.of(call.getKillNestedContainer().getContainerId());
            case REMOVE_NESTED_CONTAINER ->
                Optional.of(call.getRemoveNestedContainer().getContainerId());
            case LAUNCH_NESTED_CONTAINER_SESSION ->
                Optional.of(call.getLaunchNestedContainerSession().getContainerId());
            case ATTACH_CONTAINER_OUTPUT ->
                Optional.of(call.getAttachContainerOutput().getContainerId());
            case ATTACH_CONTAINER_INPUT -> {
                var input = call.getAttachContainerInput();
                yield input.getType() == Call.AttachContainerInput.Type.CONTAINER_ID
                        ? Optional.of(input.getContainerId())
                        : Optional.empty();
            }
            case LAUNCH_CONTAINER -> Optional.of(call.getLaunchContainer().getContainerId());
            case WAIT_CONTAINER -> Optional.of(call.getWaitContainer().getContainerId());
            case KILL_CONTAINER -> Optional.of(call.getKillContainer().getContainerId());
            case REMOVE_CONTAINER -> Optional.of(call.getRemoveContainer().getContainerId());
            default -> Optional.empty();
        };
    }

    /** Whether an executor may make this call: it has a say about the containers in its own. */
    static boolean isOpenTo(ExecutorIdentity executor, Call call) {
        return container(call).filter(id -> isIn(executor, id)).isPresent();
    }

    /** Whether a container is in that of an executor. */
    static boolean isIn(ExecutorIdentity executor, ContainerID id) {
        return id.hasParent() && ContainerProtocol.outermost(id).getValue().equals(executor.container());
    }

    private static Optional<String> idProblem(ContainerID id, int depth) {
        var value = id.getValue();
        var problem = IdRules.problemOfId(value);
        if (problem.isPresent()) {
            return problem;
        }
        if (value.indexOf('.') >= 0 || value.indexOf(' ') >= 0) {
            return Optional.of("'ContainerID.value' '" + value + "' contains invalid characters");
        }
        if (value.length() > MAX_ID_CHARACTERS) {
            return Optional.of("'ContainerID.value' has " + value.length() + " characters, at most " + MAX_ID_CHARACTERS
                    + " will do");
        }
        if (!id.hasParent()) {
            return Optional.empty();
        }
        return depth == MAX_DEPTH
                ? Optional.of("it is nested more than " + MAX_DEPTH + " deep")
                : idProblem(id.getParent(), depth + 1).map(p -> "'ContainerID.parent' is invalid: " + p);
    }

    /** Nobody accounts for a container of its own: it uses what no offer holds. */
    private static Optional<String> launchProblem(Call.LaunchContainer launch) {
        var invalid = ResourceRules.problemOf(launch.getResourcesList());
        if (invalid.isPresent()) {
            return invalid.map(problem -> "Invalid resources: " + problem);
        }
        var resources = Resources.fromProto(launch.getResourcesList());
        if (!launch.getContainerId().hasParent() && !resources.reserved().isEmpty()) {
            return Optional.of("'launch_container.resources' must be unreserved");
        }
        if (!launch.getContainerId().hasParent() && !resources.volumes().isEmpty()) {
            return Optional.of("'launch_container.resources' may not use persistent volumes");
        }
        if (!launch.getContainerId().hasParent() && !resources.revocable().isEmpty()) {
            return Optional.of("'launch_container.resources' must be non-revocable");
        }
        return sharingProblem(launch);
    }

    private static Optional<String> sharingProblem(Call.LaunchContainer launch) {
        var linux = launch.getContainer().getLinuxInfo();
        boolean alone = !launch.getContainerId().hasParent();
        boolean deep = launch.getContainerId().getParent().hasParent();
        var second = "'launch_container' is invalid: containers nested at the second level or greater cannot ";
        if (deep && launch.getResourcesCount() > 0) {
            return Optional.of(second + "specify resources");
        }
        if (deep && launch.getLimitsCount() > 0) {
            return Optional.of(second + "specify resource limits");
        }
        if (deep && linux.hasShareCgroups() && !linux.getShareCgroups()) {
            return Optional.of(second + "set 'share_cgroups' to 'false'");
        }
        return alone && linux.hasShareCgroups() && linux.getShareCgroups()
                ? Optional.of("'launch_container' is invalid: containers without a parent cannot set 'share_cgroups' to"
                        + " 'true'")
                : Optional.empty();
    }
}

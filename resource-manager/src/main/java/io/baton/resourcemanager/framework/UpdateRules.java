package io.baton.resourcemanager.framework;

import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import java.util.Optional;

/** Which UPDATE_FRAMEWORK calls are taken: in Mesos's order and words ({@code Master::updateFramework}). Pure. */
final class UpdateRules {
    private UpdateRules() {}

    /** What is wrong with the call, if anything. */
    static Optional<String> problemOf(FrameworkInfo now, Call.UpdateFramework update) {
        var wanted = update.getFrameworkInfo();
        return FrameworkRoles.problemOf(wanted)
                .map(problem -> "Supplied FrameworkInfo is not valid: " + problem)
                .or(() -> changed(now, wanted).map(problem -> "FrameworkInfo update is not valid: " + problem))
                .or(() -> FrameworkRoles.problemOfWishes(wanted, update.getSuppressedRolesList(), constraints(update))
                        .map(problem -> "'UpdateFramework' call is not valid: " + problem));
    }

    static Optional<OfferConstraints> constraints(Call.UpdateFramework update) {
        return update.hasOfferConstraints() ? Optional.of(update.getOfferConstraints()) : Optional.empty();
    }

    private static Optional<String> changed(FrameworkInfo now, FrameworkInfo wanted) {
        if (!now.getPrincipal().equals(wanted.getPrincipal())) {
            return Optional.of("Changing framework's principal is not allowed.");
        }
        return changed("user", now.getUser(), wanted.getUser())
                .or(() -> changed(
                        "checkpoint", Boolean.toString(now.getCheckpoint()), Boolean.toString(wanted.getCheckpoint())));
    }

    private static Optional<String> changed(String field, String now, String wanted) {
        return now.equals(wanted)
                ? Optional.empty()
                : Optional.of("Updating 'FrameworkInfo." + field + "' is unsupported; attempted to update from '" + now
                        + "' to '" + wanted + "'");
    }
}

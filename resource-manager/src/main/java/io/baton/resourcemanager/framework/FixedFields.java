package io.baton.resourcemanager.framework;

import io.baton.v1.FrameworkInfo;
import java.util.Optional;

/** What UPDATE_FRAMEWORK may not change. */
final class FixedFields {
    private FixedFields() {}

    static Optional<String> changed(FrameworkInfo now, FrameworkInfo wanted) {
        return changed("principal", now.getPrincipal(), wanted.getPrincipal())
                .or(() -> changed("user", now.getUser(), wanted.getUser()))
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

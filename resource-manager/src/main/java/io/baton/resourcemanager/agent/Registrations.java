package io.baton.resourcemanager.agent;

import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.link.Register;
import java.util.Optional;

/** Which agents may register. */
final class Registrations {
    private Registrations() {}

    /** What is wrong with a registration, and what the agent's operator can do. */
    static Optional<String> problemOf(Register register) {
        var info = register.getAgentInfo();
        if (info.getHostname().isEmpty()) {
            return Optional.of("the agent names no host: start it with --hostname");
        }
        var problem = info.hasId()
                ? IdRules.problemOfId(info.getId().getValue())
                : Optional.of("it has none: agents of this version choose one at their first start, upgrade this one");
        if (problem.isPresent()) {
            return problem.map(p -> "the agent's id will not do: " + p);
        }
        return ResourceRules.problemOf(info.getResourcesList())
                .map(p -> "the agent's resources will not do: " + p + "; correct its --resources");
    }
}

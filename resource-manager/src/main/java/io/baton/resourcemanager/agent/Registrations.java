package io.baton.resourcemanager.agent;

import io.baton.core.config.HostPort;
import io.baton.core.id.IdRules;
import io.baton.core.resource.ResourceRules;
import io.baton.core.security.AuthenticationConfig;
import io.baton.core.security.Right;
import io.baton.link.Credential;
import io.baton.link.Register;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which agents may register. */
final class Registrations {
    /** Longest name of a host: the registry keeps it of each agent, whatever else it leaves out. */
    static final int MAX_HOST_BYTES = 255;

    private static final Pattern WILDCARD = Pattern.compile("[0:.]+");

    private static final Set<Right> AGENTS = Set.of(Right.AGENTS);

    private final AuthenticationConfig authentication;

    Registrations(AuthenticationConfig authentication) {
        this.authentication = authentication;
    }

    /** What is wrong with a registration, and what the agent's operator can do. */
    Optional<String> problemOf(Register register) {
        return isWelcome(register.getCredential())
                ? problemOfContent(register)
                : Optional.of("the agent has not shown who it is: set baton.agent.credential to a file that holds"
                        + " a principal and its secret, or a token, of the masters' credentials that is for agents");
    }

    /** Whether agents must show who they are. */
    boolean areClosed() {
        return authentication.agents();
    }

    /** Whether an agent that shows this may register, whatever else it says. */
    boolean isWelcome(Credential shown) {
        return !authentication.agents()
                || authentication.credentials().accepts(shown.getPrincipal(), shown.getSecret(), AGENTS)
                || authentication
                        .credentials()
                        .principalOf(shown.getToken(), AGENTS)
                        .isPresent();
    }

    /** As it goes on to the agent's entity. */
    static Register withoutCredential(Register register) {
        return register.hasCredential() ? register.toBuilder().clearCredential().build() : register;
    }

    /** Where others reach an agent: where it says, else where its link comes from. */
    static String ipOf(Register register, String link) {
        var said = register.getIp();
        return isAddress(said) ? said : link;
    }

    private static boolean isAddress(String said) {
        return HostPort.isAddress(said) && !WILDCARD.matcher(said).matches();
    }

    private static Optional<String> problemOfContent(Register register) {
        var info = register.getAgentInfo();
        if (info.getHostname().isEmpty()) {
            return Optional.of("the agent names no host: start it with --hostname");
        }
        int bytes = info.getHostnameBytes().size();
        if (bytes > MAX_HOST_BYTES) {
            return Optional.of("the agent's host name has " + bytes + " bytes, more than " + MAX_HOST_BYTES
                    + ": start it with another --hostname");
        }
        var problem = info.hasId()
                ? IdRules.problemOfChosenId(info.getId().getValue())
                : Optional.of("it has none: agents of this version choose one at their first start, upgrade this one");
        if (problem.isPresent()) {
            return problem.map(p -> "the agent's id will not do: " + p);
        }
        return ResourceRules.problemOf(info.getResourcesList())
                .map(p -> "the agent's resources will not do: " + p + "; correct its --resources");
    }
}

package io.baton.resourcemanager.role;

import io.baton.core.protocol.RoleSettings;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registry;
import io.baton.resourcemanager.registry.RegistryListener;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.state.Applied;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The records in this master's registry. */
public final class RegistryRoles implements RoleRecords {
    private final Registry registry;

    public RegistryRoles(Registry registry) {
        this.registry = registry;
    }

    @Override
    public RoleSettings current() {
        return registry.read(RegistryRoles::settings);
    }

    static RoleSettings settings(RegistryState state) {
        return new RoleSettings(
                List.copyOf(state.weights().values()),
                List.copyOf(state.quotas().values()),
                state.quotasVersion(),
                state.index());
    }

    @Override
    public void follow(Runnable changed) {
        registry.replica().follow(state -> state.index(), new RegistryListener() {
            @Override
            public void applied(Applied applied) {
                var command = applied.command();
                boolean roles = command.hasUpdateWeights() || command.hasUpdateQuotas() || command.hasRestorePart();
                if (roles && applied.isTaken()) {
                    changed.run();
                }
            }

            @Override
            public void replaced() {
                changed.run();
            }
        });
    }

    @Override
    public CompletionStage<Answer> propose(Command.Builder command) {
        return registry.propose(command);
    }
}

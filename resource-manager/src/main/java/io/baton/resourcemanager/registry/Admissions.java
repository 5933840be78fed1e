package io.baton.resourcemanager.registry;

import com.google.protobuf.ByteString;
import io.baton.core.membership.MasterCount;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DeleteValue;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.List;
import java.util.Optional;

/** Masters that an operator lets in beyond the expected number, kept among the values of the registry. */
public final class Admissions {
    /** Not for schedulers. */
    public static final String NAMESPACE = "baton.masters";

    private Admissions() {}

    /** Why nobody of this name can be let in beside those that vote; empty if it can. */
    public static Optional<String> problem(List<Voter> voters, String master) {
        if (voters.stream().anyMatch(voter -> voter.master().equals(master))) {
            return Optional.of("master '" + master + "' is a voter already");
        }
        return voters.size() >= MasterCount.MOST
                ? Optional.of("there are " + voters.size() + " masters, and a cluster has at most " + MasterCount.MOST
                        + ": stop one and remove it first with 'baton operator remove NAME'")
                : Optional.empty();
    }

    /** From now on a master of this name may become a voter. */
    public static Command.Builder admit(String master) {
        return Command.newBuilder()
                .setPutValue(PutValue.newBuilder()
                        .setNamespace(NAMESPACE)
                        .setKey(master)
                        .setValue(ByteString.EMPTY));
    }

    /** No more. */
    public static Command.Builder withdraw(String master) {
        return Command.newBuilder()
                .setDeleteValue(DeleteValue.newBuilder().setNamespace(NAMESPACE).setKey(master));
    }

    static boolean isAdmitted(RegistryState state, String master) {
        return state.value(NAMESPACE, master).isPresent();
    }
}

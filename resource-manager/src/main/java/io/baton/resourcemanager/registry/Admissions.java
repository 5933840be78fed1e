package io.baton.resourcemanager.registry;

import com.google.protobuf.ByteString;
import io.baton.core.membership.MasterCount;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DeleteValue;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.state.RegistryState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Masters that an operator lets in beyond the expected number, kept among the values of the registry. */
public final class Admissions {
    /** Not for schedulers. */
    public static final String NAMESPACE = "baton.masters";

    private Admissions() {}

    /**
     * Why nobody of this name can be let in beside those that vote, and those that may once they are started; empty if it
     * can.
     *
     * @param admitted names of masters that were let in, of voters too
     */
    public static Optional<String> problem(List<Voter> voters, Collection<String> admitted, String master) {
        var voting = voters.stream().map(Voter::master).collect(Collectors.toSet());
        if (voting.contains(master)) {
            return Optional.of("master '" + master + "' is a voter already");
        }
        var awaited = new TreeSet<>(admitted);
        awaited.removeAll(voting);
        awaited.remove(master);
        if (voting.size() + awaited.size() < MasterCount.MOST) {
            return Optional.empty();
        }
        return Optional.of("there are " + voters.size() + " masters"
                + (awaited.isEmpty()
                        ? ""
                        : ", others are let in and not started yet (" + String.join(", ", awaited) + ")")
                + ", and a cluster has at most " + MasterCount.MOST
                + ": stop one and remove it first with 'baton operator remove NAME'");
    }

    /** Whose names are let in. */
    public static Set<String> admitted(RegistryState state) {
        return new TreeSet<>(state.values(NAMESPACE).keySet());
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

    /** Whether a master of this name is let in. */
    public static boolean isAdmitted(RegistryState state, String master) {
        return state.value(NAMESPACE, master).isPresent();
    }
}

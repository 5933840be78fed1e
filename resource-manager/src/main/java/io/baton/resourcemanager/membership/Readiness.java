package io.baton.resourcemanager.membership;

import io.baton.core.membership.MasterAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** Which masters can be reached, and why this one should not be sent requests, if there is a reason. Thread-safe. */
public final class Readiness {
    private final Cluster cluster;
    private final int expected;
    private volatile List<MasterAddress> masters = List.of();
    private volatile boolean viewComplete;
    private volatile boolean leaving;

    /** @param expected how many masters there are to be */
    public Readiness(Cluster cluster, int expected) {
        this.cluster = cluster;
        this.expected = expected;
    }

    /** How many of so many masters are a majority. */
    public static int majority(int masters) {
        return masters / 2 + 1;
    }

    public void mastersAre(List<MasterAddress> now) {
        masters = List.copyOf(now);
    }

    /** The masters that can be reached, this one included once it listens. */
    public List<MasterAddress> masters() {
        return masters;
    }

    public void viewIs(boolean complete) {
        viewComplete = complete;
    }

    /** It is about to stop. */
    public void leaving() {
        leaving = true;
    }

    /** For an operator; empty when this master is fit to serve. */
    public Optional<String> problem() {
        var status = cluster.selfMember().status();
        if (leaving) {
            return Optional.of("this master is stopping");
        }
        if (status != MemberStatus.up()) {
            return Optional.of("this master has not joined the others (it is " + status + ")");
        }
        int reached = reached();
        if (reached < majority(expected)) {
            return Optional.of("this master reaches " + reached + " of " + expected + " masters, itself included; "
                    + majority(expected) + " are needed");
        }
        return viewComplete ? Optional.empty() : Optional.of("this master is learning what the others know");
    }

    /** Whether there is no other master that can be reached, or this one is out. */
    public boolean isAlone() {
        return cluster.isTerminated() || reached() < 2;
    }

    private int reached() {
        var state = cluster.state();
        var unreachable = new HashSet<>(state.getUnreachable());
        int count = 0;
        for (Member member : state.getMembers()) {
            if (!unreachable.contains(member) && member.status() == MemberStatus.up()) {
                count++;
            }
        }
        return count;
    }
}

package io.baton.resourcemanager.registry;

import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How a master comes to a group of voters.
 *
 * <p>A group is founded once in a cluster's life, by the oldest member alone, and only if a majority of the masters is
 * there and none of them has one. The others join it. So a master whose disk was emptied never founds a second one
 * beside the first. A majority of one group does not mind a stranger among them: it is the stranger who has to go. Nor
 * does whoever has no group yet, and nothing to lose: it joins that majority.
 */
final class Formation {
    /** What to do now. */
    sealed interface Move {
        /** @param why what is missing, for the log and for whoever waits */
        record Wait(String why) implements Move {}

        /** Begin a group of one. */
        record Found() implements Move {}

        /** Become a voter of this group. */
        record Join(String groupId) implements Move {}

        /** @param why the masters disagree about where they belong: an operator must look */
        record Refuse(String why) implements Move {}
    }

    private Formation() {}

    /**
     * The next move of a master.
     *
     * @param own the group it belongs to; empty for none
     * @param others the group of each other master that has introduced itself, empty text for none
     * @param silent how many others are there and have not introduced themselves yet: whoever spoke first may be a stranger
     * @param oldest whether it is the oldest member of the cluster
     * @param expected how many masters there are to be
     */
    static Move next(Optional<String> own, Collection<String> others, long silent, boolean oldest, int expected) {
        var groups = new TreeSet<>(others);
        groups.remove("");
        own.ifPresent(groups::add);
        int majority = expected / 2 + 1;
        var home = home(own, others, groups, majority);
        if (silent > 0 && (own.isEmpty() || home.isEmpty())) {
            return new Move.Wait("of the other masters " + silent
                    + " are there and have not said yet which registry they belong to");
        }
        if (home.isPresent()) {
            return new Move.Join(home.get());
        }
        if (!groups.isEmpty()) {
            return new Move.Refuse("masters belong to different registries (" + String.join(", ", groups)
                    + "): stop those that should not be here, move their registry directory away and start them again");
        }
        if (others.size() + 1 < majority) {
            return new Move.Wait("the registry is founded when " + majority + " of " + expected + " masters are there, "
                    + (others.size() + 1) + " are");
        }
        return oldest ? new Move.Found() : new Move.Wait("the oldest master is about to found the registry");
    }

    /**
     * Where it belongs: to the only group that there is, or to that of a majority; its own, or for one that has none the
     * only such group. With strangers about there may be two.
     */
    private static Optional<String> home(
            Optional<String> own, Collection<String> others, SortedSet<String> groups, int majority) {
        if (groups.size() == 1) {
            return Optional.of(groups.first());
        }
        if (own.isPresent()) {
            return own.filter(group -> count(others, group) + 1 >= majority);
        }
        var large = groups.stream()
                .filter(group -> count(others, group) >= majority)
                .toList();
        return large.size() == 1 ? Optional.of(large.get(0)) : Optional.empty();
    }

    private static long count(Collection<String> groups, String group) {
        return groups.stream().filter(group::equals).count();
    }
}

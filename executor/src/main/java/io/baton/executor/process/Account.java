package io.baton.executor.process;

import java.util.List;

/**
 * A user of the host.
 *
 * @param group the number of the user's own group
 * @param groups the numbers of all groups that the user is in, as far as they were asked for
 */
public record Account(String name, long user, long group, String home, List<Long> groups) {
    public Account(String name, long user, long group, String home) {
        this(name, user, group, home, List.of());
    }

    Account with(List<Long> all) {
        return new Account(name, user, group, home, all);
    }

    /** Those beside the user's own. */
    public List<Long> otherGroups() {
        return groups.stream().filter(other -> other != group).toList();
    }
}

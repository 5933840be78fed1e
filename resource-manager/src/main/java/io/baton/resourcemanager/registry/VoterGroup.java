package io.baton.resourcemanager.registry;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The voters that a log has begun with.
 *
 * @param id of the group: voters of another one are refused
 * @param voters in the order of their ids; none in the group of a voter that was added later
 */
public record VoterGroup(UUID id, List<Voter> voters) {
    public VoterGroup {
        voters = voters.stream().sorted(Comparator.comparing(Voter::id)).toList();
    }

    /** The group that these voters found. All of them compute the same id. */
    public static VoterGroup of(List<Voter> voters) {
        var names = voters.stream().map(Voter::id).sorted().collect(Collectors.joining("\n"));
        return new VoterGroup(UUID.nameUUIDFromBytes(names.getBytes(StandardCharsets.UTF_8)), voters);
    }
}

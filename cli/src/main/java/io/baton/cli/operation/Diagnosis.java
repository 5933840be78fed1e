package io.baton.cli.operation;

import io.baton.v1.operator.Certificate;
import io.baton.v1.operator.Disk;
import io.baton.v1.operator.MasterStatus;
import io.baton.v1.operator.Voter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says what is wrong with a cluster, from what its masters say of themselves. Pure. */
public final class Diagnosis {
    /** Entries that a copy may be behind the newest one seen: masters are asked one after the other. */
    static final long LAG_ENTRIES = 1_000;

    /** Between the fastest clock and the slowest. Nothing depends on clocks but what people read, and deadlines. */
    static final long CLOCK_MILLIS = 2_000;

    /** Before a certificate expires. */
    static final long EXPIRY_DAYS = 14;

    private static final long DAY_MILLIS = 86_400_000;

    static final int FREE_PERCENT = 5;
    static final long STORE_BYTES = 48L * 1024 * 1024;

    private final List<Report> reports;
    private final List<MasterStatus> there;
    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis(List<Report> reports) {
        this.reports = reports;
        this.there = reports.stream().flatMap(r -> r.status().stream()).toList();
    }

    /**
     * Looks at all of it.
     *
     * @param reports one for each master that is known
     * @param inactiveAgents hosts of agents without a link that are not unreachable in the registry yet
     * @return worst first; none if nothing is wrong
     */
    public static List<Finding> of(List<Report> reports, List<String> inactiveAgents) {
        var diagnosis = new Diagnosis(reports);
        diagnosis.belonging();
        diagnosis.majority();
        diagnosis.voters();
        diagnosis.copies();
        diagnosis.each();
        diagnosis.allocator();
        diagnosis.versionsAndClocks();
        if (!inactiveAgents.isEmpty()) {
            diagnosis.add(
                    inactiveAgents.size() + " agents cannot be reached: " + String.join(", ", inactiveAgents),
                    "look at these hosts and their network; their tasks go on, or are reported when they are back");
        }
        diagnosis.newestCopy().ifPresent(diagnosis::lostAgents);
        return List.copyOf(diagnosis.findings);
    }

    private void add(String what, String todo) {
        findings.add(new Finding(what, todo));
    }

    private Set<String> distinct(Function<MasterStatus, String> of) {
        return there.stream().map(of).collect(Collectors.toCollection(TreeSet::new));
    }

    private void belonging() {
        var clusters = distinct(MasterStatus::getClusterId);
        if (clusters.size() > 1) {
            add(
                    "the masters belong to " + clusters.size() + " clusters: " + String.join(", ", clusters),
                    "stop those that should not be here, move their registry directory away and start them again");
        }
    }

    private Optional<MasterStatus> newestCopy() {
        return there.stream().max(Comparator.comparingLong(MasterStatus::getAppliedIndex));
    }

    private List<Voter> allVoters() {
        return newestCopy().map(MasterStatus::getVotersList).orElse(List.of());
    }

    private void lostAgents(MasterStatus newest) {
        var named = newest.getAgentsLostList().stream()
                .map(agent -> agent.getHostname() + " (" + agent.getId() + ")")
                .collect(Collectors.joining(", "));
        int count = newest.getAgentsUnreachable();
        if (count > 0) {
            add(
                    count + " agents are unreachable" + (named.isEmpty() ? "" : ": " + named)
                            + (!named.isEmpty() && count > newest.getAgentsLostCount() ? ", …" : ""),
                    "look at these hosts and their network, and start their agents: they take up what still runs. For"
                            + " one that never comes back: MARK_AGENT_GONE with its id");
        }
    }

    private boolean answers(Voter voter) {
        return there.stream().anyMatch(master -> master.getVoterId().equals(voter.getId()));
    }

    private void majority() {
        var voters = allVoters();
        long answering = voters.stream().filter(this::answers).count();
        if (there.stream().noneMatch(MasterStatus::hasLeader)) {
            add(
                    "no master leads the registry: nothing can be changed, tasks run on",
                    "start masters until more than half of the " + voters.size() + " voters are up and reach each"
                            + " other; " + answering + " answer");
        } else if (answering * 2 <= voters.size()) {
            add(
                    "only " + answering + " of " + voters.size() + " voters answer here",
                    "start the others, or look at the network between here and them");
        }
    }

    private void voters() {
        var voters = allVoters();
        for (var voter : voters) {
            if (!answers(voter)) {
                add(
                        "master '" + voter.getMaster() + "' votes but does not answer" + failure(voter.getMaster()),
                        "start it; if it is gone for good: baton operator remove " + voter.getMaster());
            }
        }
        int expected =
                there.stream().mapToInt(MasterStatus::getExpectedMasters).max().orElse(0);
        if (voters.size() < expected) {
            add(
                    "the registry has " + voters.size() + " voters, " + expected + " are expected",
                    "start the missing masters; they join by themselves");
        }
        if (voters.size() > expected) {
            add(
                    "the registry has " + voters.size() + " voters, only " + expected + " are expected",
                    "raise baton.node.expected-masters everywhere, or remove a master");
        }
    }

    private String failure(String master) {
        return reports.stream()
                .filter(report ->
                        report.name().equals(master) && !report.failure().isEmpty())
                .map(report -> " (" + report.failure() + ")")
                .findFirst()
                .orElse("");
    }

    private void copies() {
        long newest =
                there.stream().mapToLong(MasterStatus::getAppliedIndex).max().orElse(0);
        for (var master : there) {
            long behind = newest - master.getAppliedIndex();
            if (behind > LAG_ENTRIES) {
                add(
                        "master '" + master.getName() + "' is " + behind + " entries behind",
                        "look at its disk, its load and its network; if it does not catch up, restart it");
            }
        }
    }

    private void each() {
        for (var master : there) {
            if (master.hasProblem()) {
                add("master '" + master.getName() + "' is not ready: " + master.getProblem(), "see its log");
            }
            if (master.hasDisk() && isFull(master.getDisk())) {
                add(
                        "the disk of master '" + master.getName() + "' under '"
                                + master.getDisk().getPath() + "' has only "
                                + master.getDisk().getFreeBytes() / (1024 * 1024) + " MiB left",
                        "make room: a master whose log cannot be written ends");
            }
        }
        for (var master : there) {
            master.getCertificatesList().forEach(certificate -> expiry(master, certificate));
        }
        there.stream().mapToLong(MasterStatus::getStoreBytes).max().stream()
                .filter(bytes -> bytes > STORE_BYTES)
                .forEach(bytes -> add(
                        "schedulers keep " + bytes / (1024 * 1024) + " MiB in the state store, of at most 64",
                        "have them delete what they do not need"));
    }

    private void expiry(MasterStatus master, Certificate certificate) {
        long left = certificate.getExpires() - master.getTime();
        if (left < EXPIRY_DAYS * DAY_MILLIS) {
            add(
                    "the certificate of master '" + master.getName() + "' in '" + certificate.getPath() + "' ("
                            + certificate.getSection() + ") "
                            + (left < 0 ? "has expired" : "expires in " + left / DAY_MILLIS + " days"),
                    "put a new one in its place, and its key: conf/certificates makes them. New connections use it a"
                            + " minute later, the registry (baton.tls.masters) when the master starts again");
        }
    }

    private static boolean isFull(Disk disk) {
        return disk.getFreeBytes() * 100 < disk.getTotalBytes() * FREE_PERCENT;
    }

    private void allocator() {
        if (there.isEmpty()) {
            return;
        }
        var newest = newestCopy().orElseThrow();
        if (!newest.hasAllocator()) {
            add(
                    "no master has acquired the allocator: nothing is offered",
                    "wait some seconds; then see the masters' logs");
            return;
        }
        boolean alive = newest.getMastersList().stream()
                .anyMatch(master ->
                        master.getIncarnation() == newest.getAllocator().getIncarnation() && !master.hasDownAt());
        if (!alive) {
            add(
                    "the allocator is that of an ended start of master '"
                            + newest.getAllocator().getMaster() + "': nothing is offered",
                    "wait some seconds; then see the masters' logs");
        }
    }

    private void versionsAndClocks() {
        var versions = distinct(MasterStatus::getVersion);
        if (versions.size() > 1) {
            add("the masters are of different versions: " + String.join(", ", versions), "finish the upgrade");
        }
        var offsets = reports.stream()
                .filter(report -> report.status().isPresent())
                .mapToLong(Report::clockOffsetMillis)
                .summaryStatistics();
        if (offsets.getCount() > 1 && offsets.getMax() - offsets.getMin() > CLOCK_MILLIS) {
            add(
                    "the masters' clocks differ by " + (offsets.getMax() - offsets.getMin()) + " ms",
                    "run a time service on all of them");
        }
    }
}

package io.baton.resourcemanager.maintenance;

import io.baton.core.config.HostPort;
import io.baton.core.id.IdRules;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.Schedule;
import java.util.List;
import java.util.Optional;

/** Which schedules and machines an operator may name; what depends on the registry's state is judged there. */
final class MaintenanceRules {
    private MaintenanceRules() {}

    /** What is wrong with a schedule, naming the window by its place. */
    static Optional<String> problemOf(Schedule schedule) {
        int place = 0;
        for (var window : schedule.getWindowsList()) {
            place++;
            if (window.getMachineIdsCount() == 0) {
                return Optional.of("List of machines in the maintenance window is empty (window " + place + ")");
            }
            var away = window.getUnavailability();
            if (away.hasDuration() && away.getDuration().getNanoseconds() < 0) {
                return Optional.of("window " + place + " of the schedule has a negative duration");
            }
            var problem = problemOf(window.getMachineIdsList());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    /** What is wrong with machines that are to be away: no agent has an address that is none. */
    static Optional<String> problemOf(List<MachineID> machines) {
        return problemOfNames(machines).or(() -> machines.stream()
                .map(MachineID::getIp)
                .filter(ip -> !ip.isEmpty() && !HostPort.isAddress(ip))
                .findFirst()
                .map(ip -> "'" + IdRules.printable(ip) + "' is not an IP address"));
    }

    /** The same of machines that are to come back, whichever are away. */
    static Optional<String> problemOfNames(List<MachineID> machines) {
        if (machines.isEmpty()) {
            return Optional.of("no machine is named");
        }
        return machines.stream()
                        .anyMatch(m -> m.getHostname().isEmpty() && m.getIp().isEmpty())
                ? Optional.of("a machine needs a hostname, an ip or both")
                : Optional.empty();
    }
}

package io.baton.resourcemanager.maintenance;

import io.baton.core.id.IdRules;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which schedules and machines an operator may name; what depends on the registry's state is judged there. */
final class MaintenanceRules {
    private static final Pattern IP = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

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

    static Optional<String> problemOf(List<MachineID> machines) {
        if (machines.isEmpty()) {
            return Optional.of("no machine is named");
        }
        for (var machine : machines) {
            if (machine.getHostname().isEmpty() && machine.getIp().isEmpty()) {
                return Optional.of("a machine needs a hostname, an ip or both");
            }
            if (!machine.getIp().isEmpty() && !IP.matcher(machine.getIp()).matches()) {
                return Optional.of("'" + IdRules.printable(machine.getIp()) + "' is not an IP address");
            }
        }
        return Optional.empty();
    }
}

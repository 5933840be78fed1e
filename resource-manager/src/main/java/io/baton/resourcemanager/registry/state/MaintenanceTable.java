package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** When which machines are to be away, and which are. */
final class MaintenanceTable {
    private final TreeMap<String, MachineID> down = new TreeMap<>();
    private Schedule schedule = Schedule.getDefaultInstance();
    private long version;

    Result update(UpdateSchedule command, Epochs epochs) {
        if (command.hasIfVersion() && command.getIfVersion() != version) {
            return Results.conflict(version);
        }
        var scheduled = new TreeMap<String, MachineID>();
        for (var window : command.getSchedule().getWindowsList()) {
            for (var machine : window.getMachineIdsList()) {
                if (key(machine).isEmpty()) {
                    return Results.refused(Refused.Code.INVALID, "a machine needs a hostname, an ip or both");
                }
                if (scheduled.put(key(machine), machine) != null) {
                    return Results.refused(
                            Refused.Code.INVALID,
                            "machine " + shown(machine) + " is in the schedule twice: leave one window");
                }
            }
        }
        if (scheduled.size() > RegistryLimits.ROLES) {
            return Results.full("machines in the schedule", RegistryLimits.ROLES);
        }
        for (var machine : down.entrySet()) {
            if (!scheduled.containsKey(machine.getKey())) {
                return Results.refused(
                        Refused.Code.INVALID,
                        "machine " + shown(machine.getValue())
                                + " is down: it stays in the schedule until its maintenance is stopped");
            }
        }
        schedule = command.getSchedule();
        version = epochs.next();
        return Results.written(version);
    }

    Result start(List<MachineID> machines, Epochs epochs) {
        for (var machine : machines) {
            if (!isScheduled(machine)) {
                return Results.refused(
                        Refused.Code.NOT_FOUND,
                        "machine " + shown(machine) + " is not in the maintenance schedule: add it first");
            }
        }
        machines.forEach(machine -> down.put(key(machine), machine));
        version = epochs.next();
        return Results.written(version);
    }

    Result stop(List<MachineID> machines, Epochs epochs) {
        for (var machine : machines) {
            if (!down.containsKey(key(machine))) {
                return Results.refused(
                        Refused.Code.NOT_FOUND, "machine " + shown(machine) + " is not down for maintenance");
            }
        }
        var left = Schedule.newBuilder();
        machines.forEach(machine -> down.remove(key(machine)));
        for (var window : schedule.getWindowsList()) {
            var rest = Window.newBuilder().setUnavailability(window.getUnavailability());
            window.getMachineIdsList().stream()
                    .filter(machine -> machines.stream().noneMatch(m -> key(m).equals(key(machine))))
                    .forEach(rest::addMachineIds);
            if (rest.getMachineIdsCount() > 0) {
                left.addWindows(rest);
            }
        }
        schedule = left.build();
        version = epochs.next();
        return Results.written(version);
    }

    private boolean isScheduled(MachineID machine) {
        return schedule.getWindowsList().stream()
                .flatMap(window -> window.getMachineIdsList().stream())
                .anyMatch(m -> key(m).equals(key(machine)));
    }

    private static String key(MachineID machine) {
        var hasNeither = machine.getHostname().isEmpty() && machine.getIp().isEmpty();
        return hasNeither ? "" : machine.getHostname() + " " + machine.getIp();
    }

    private static String shown(MachineID machine) {
        return "'" + IdRules.printable((machine.getHostname() + " " + machine.getIp()).trim()) + "'";
    }

    Schedule schedule() {
        return schedule;
    }

    long version() {
        return version;
    }

    SortedMap<String, MachineID> down() {
        return Collections.unmodifiableSortedMap(down);
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.setSchedule(schedule).setScheduleVersion(version).addAllDownMachines(down.values());
    }

    void load(Snapshot snapshot) {
        down.clear();
        snapshot.getDownMachinesList().forEach(machine -> down.put(key(machine), machine));
        schedule = snapshot.getSchedule();
        version = snapshot.getScheduleVersion();
    }
}

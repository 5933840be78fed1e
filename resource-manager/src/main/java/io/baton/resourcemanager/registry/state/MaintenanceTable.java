package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.v1.MachineID;
import io.baton.v1.Unavailability;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** When which machines are to be away, and which are. */
final class MaintenanceTable {
    private final TreeMap<String, MachineID> down = new TreeMap<>();
    private final TreeMap<String, Unavailability> absences = new TreeMap<>();
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
                    return namedTwice(machine);
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
        become(command.getSchedule());
        version = epochs.next();
        return Results.written(version);
    }

    /** As Mesos writes it: the message as JSON, in quotes. */
    private static String named(MachineID machine) {
        var parts = new ArrayList<String>();
        if (machine.hasHostname()) {
            parts.add("\"hostname\":\"" + IdRules.printable(machine.getHostname()) + "\"");
        }
        if (machine.hasIp()) {
            parts.add("\"ip\":\"" + IdRules.printable(machine.getIp()) + "\"");
        }
        return "'{" + String.join(",", parts) + "}'";
    }

    private static Optional<Result> twice(List<MachineID> machines) {
        var seen = new TreeSet<String>();
        return machines.stream()
                .filter(machine -> !seen.add(key(machine)))
                .findFirst()
                .map(MaintenanceTable::namedTwice);
    }

    private static Result namedTwice(MachineID machine) {
        return Results.refused(
                Refused.Code.INVALID, "Machine " + named(machine) + " appears more than once in the schedule");
    }

    Result start(List<MachineID> machines, Epochs epochs) {
        var twice = twice(machines);
        if (twice.isPresent()) {
            return twice.get();
        }
        for (var machine : machines) {
            if (!absences.containsKey(key(machine)) || down.containsKey(key(machine))) {
                return Results.refused(
                        Refused.Code.NOT_FOUND,
                        "Machine " + named(machine)
                                + " is not in DRAINING mode and cannot be brought down"
                                + (down.containsKey(key(machine))
                                        ? ": it is down"
                                        : ": schedule its maintenance first"));
            }
        }
        machines.forEach(machine -> down.put(key(machine), scheduled(machine)));
        version = epochs.next();
        return Results.written(version);
    }

    Result stop(List<MachineID> machines, Epochs epochs) {
        var twice = twice(machines);
        if (twice.isPresent()) {
            return twice.get();
        }
        for (var machine : machines) {
            if (!down.containsKey(key(machine))) {
                return Results.refused(
                        Refused.Code.NOT_FOUND,
                        "Machine " + named(machine) + " is not in DOWN mode and cannot be brought up");
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
        become(left.build());
        version = epochs.next();
        return Results.written(version);
    }

    private void become(Schedule next) {
        schedule = next;
        absences.clear();
        for (var window : next.getWindowsList()) {
            window.getMachineIdsList().forEach(machine -> absences.put(key(machine), window.getUnavailability()));
        }
    }

    /** As it is written in the schedule. */
    private MachineID scheduled(MachineID machine) {
        return schedule.getWindowsList().stream()
                .flatMap(window -> window.getMachineIdsList().stream())
                .filter(m -> key(m).equals(key(machine)))
                .findFirst()
                .orElse(machine);
    }

    /**
     * When an agent's machine is to be away. A machine may be named by its host name, its address, or both.
     *
     * @param ip empty if it is not known: then any machine of that host name is meant
     */
    Optional<Unavailability> absence(String hostname, String ip) {
        return names(absences, hostname, ip).findFirst().map(absences::get);
    }

    /**
     * Whether an agent's machine is in maintenance.
     *
     * @param ip empty if it is not known: then any machine of that host name is meant
     */
    boolean isDown(String hostname, String ip) {
        return names(down, hostname, ip).findFirst().isPresent();
    }

    /** The names among these that are of an agent's machine. */
    private static Stream<String> names(NavigableMap<String, ?> among, String hostname, String ip) {
        if (ip.isEmpty()) {
            var host = hostname.toLowerCase(Locale.ROOT) + " ";
            return hostname.isEmpty()
                    ? Stream.empty()
                    : among.tailMap(host, true).keySet().stream().takeWhile(key -> key.startsWith(host));
        }
        return Stream.of(key(hostname, ip), key(hostname, ""), key("", ip))
                .filter(key -> !key.isEmpty() && among.containsKey(key));
    }

    private static String key(MachineID machine) {
        return key(machine.getHostname(), machine.getIp());
    }

    private static String key(String hostname, String ip) {
        return hostname.isEmpty() && ip.isEmpty() ? "" : hostname.toLowerCase(Locale.ROOT) + " " + ip;
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
        become(snapshot.getSchedule());
        version = snapshot.getScheduleVersion();
    }
}

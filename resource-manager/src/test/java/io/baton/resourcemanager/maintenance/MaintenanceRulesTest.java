package io.baton.resourcemanager.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.DurationInfo;
import io.baton.v1.MachineID;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceRulesTest {
    private static MachineID machine(String hostname, String ip) {
        return MachineID.newBuilder().setHostname(hostname).setIp(ip).build();
    }

    private static Window window(long duration, MachineID... machines) {
        return Window.newBuilder()
                .addAllMachineIds(List.of(machines))
                .setUnavailability(Unavailability.newBuilder()
                        .setStart(TimeInfo.newBuilder().setNanoseconds(1))
                        .setDuration(DurationInfo.newBuilder().setNanoseconds(duration)))
                .build();
    }

    private static Schedule schedule(Window... windows) {
        return Schedule.newBuilder().addAllWindows(List.of(windows)).build();
    }

    @ParameterizedTest
    @CsvSource({
        "h, '', ''",
        "'', 10.0.0.1, ''",
        "h, fe80::1, ''",
        "'', '', a hostname",
        "h, ten, is not an IP address",
        "h, 10.0.0, is not an IP address",
        "h, 999.1.1.1, is not an IP address",
        "h, 10.9.9.299, is not an IP address",
        "h, 10.9.9.09, is not an IP address",
        "h, :::, is not an IP address",
        "h, .:, is not an IP address",
        "h, ::ffff:10.0.0.1, is not an IP address",
        "h, '10.0.0.1 ', is not an IP address",
    })
    void aMachineHasAHostnameAnAddressOrBoth(String hostname, String ip, String problem) {
        var found = MaintenanceRules.problemOf(List.of(machine(hostname, ip))).orElse("");

        assertThat(found).contains(problem);
        assertThat(found.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @Test
    void whateverIsAwayComesBack() {
        assertThat(MaintenanceRules.problemOfNames(List.of(machine("h", "10.9.9.299"))))
                .isEmpty();
        assertThat(MaintenanceRules.problemOfNames(List.of(machine("", "")))).isPresent();
        assertThat(MaintenanceRules.problemOfNames(List.of())).isPresent();
    }

    @Test
    void aWindowNamesMachinesAndDoesNotEndBeforeItBegins() {
        assertThat(MaintenanceRules.problemOf(schedule())).isEmpty();
        assertThat(MaintenanceRules.problemOf(schedule(window(5, machine("h", "")))))
                .isEmpty();
        assertThat(MaintenanceRules.problemOf(schedule(window(5, machine("h", "")), window(5))))
                .contains("List of machines in the maintenance window is empty (window 2)");
        assertThat(MaintenanceRules.problemOf(schedule(window(-1, machine("h", "")))))
                .contains("window 1 of the schedule has a negative duration");
        assertThat(MaintenanceRules.problemOf(List.<MachineID>of())).contains("no machine is named");
    }
}

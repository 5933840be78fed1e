package io.baton.resourcemanager.maintenance;

import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.protocol.CallAnswer;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.StartMaintenance;
import io.baton.resourcemanager.registry.record.StopMaintenance;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.Schedule;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maintenance in this master's registry. */
public final class RegistryMaintenance implements MaintenanceDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryMaintenance.class);

    private final Registrar registrar;

    public RegistryMaintenance(Registrar registrar) {
        this.registrar = registrar;
    }

    @Override
    public Maintenance current() {
        return registrar.read(state -> new Maintenance(
                state.schedule(), List.copyOf(state.downMachines().values())));
    }

    @Override
    public CompletionStage<CallAnswer> update(Schedule schedule) {
        var problem = MaintenanceRules.problemOf(schedule);
        return problem.isPresent()
                ? wrong(problem.get())
                : propose(Command.newBuilder()
                        .setUpdateSchedule(UpdateSchedule.newBuilder().setSchedule(schedule)));
    }

    @Override
    public CompletionStage<CallAnswer> start(List<MachineID> machines) {
        var problem = MaintenanceRules.problemOf(machines);
        return problem.isPresent()
                ? wrong(problem.get())
                : propose(Command.newBuilder()
                        .setStartMaintenance(StartMaintenance.newBuilder().addAllMachines(machines)));
    }

    @Override
    public CompletionStage<CallAnswer> stop(List<MachineID> machines) {
        var problem = MaintenanceRules.problemOfNames(machines);
        return problem.isPresent()
                ? wrong(problem.get())
                : propose(Command.newBuilder()
                        .setStopMaintenance(StopMaintenance.newBuilder().addAllMachines(machines)));
    }

    private static CompletionStage<CallAnswer> wrong(String problem) {
        return CompletableFuture.completedFuture(CallAnswer.badRequest(problem));
    }

    private CompletionStage<CallAnswer> propose(Command.Builder command) {
        var kind = command.getCommandCase();
        return registrar.propose(command).thenApply(answer -> {
            var told = told(answer);
            LOG.info("maintenance change={} status={} problem={}", kind, told.status(), told.message());
            return told;
        });
    }

    private static CallAnswer told(Answer answer) {
        if (!(answer instanceof Answer.Committed committed)) {
            return CallAnswer.unavailable(
                    "the masters cannot agree now: it may not be kept, please look and try again");
        }
        return committed.result().hasRefused()
                ? CallAnswer.badRequest(committed.result().getRefused().getMessage())
                : CallAnswer.OK;
    }
}

package io.baton.core.operation;

import io.baton.core.protocol.CallAnswer;
import io.baton.v1.MachineID;
import io.baton.v1.maintenance.Schedule;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * When which machines are to be away, as the registry holds it. Thread-safe; never blocks; its stages do not fail.
 *
 * <p>A change is answered 200 once it is kept, 400 with nothing changed, or 503 if it may not have been kept.
 */
public interface MaintenanceDesk {
    /**
     * What holds now.
     *
     * @param down machines in maintenance, in a fixed order; they are in the schedule, too
     */
    record Maintenance(Schedule schedule, List<MachineID> down) {}

    /** As this master's copy of the registry shows it. */
    Maintenance current();

    /** Replaces the schedule. A machine that is down must stay in it. */
    CompletionStage<CallAnswer> update(Schedule schedule);

    /** These machines, which are in the schedule, go down: their agents end with all their tasks. All or none. */
    CompletionStage<CallAnswer> start(List<MachineID> machines);

    /** These machines, which are down, are up again, and in the schedule no more. All or none. */
    CompletionStage<CallAnswer> stop(List<MachineID> machines);
}

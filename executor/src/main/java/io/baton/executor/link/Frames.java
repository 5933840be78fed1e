package io.baton.executor.link;

import io.baton.link.Heartbeat;
import io.baton.link.OperationUpdate;
import io.baton.link.Register;
import io.baton.link.Stale;
import io.baton.link.ToMaster;
import io.baton.link.Update;

/** What an agent says to its master, in the envelope that the link carries. */
public final class Frames {
    /** Nothing but that the agent is there. */
    public static final ToMaster HEARTBEAT =
            ToMaster.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    private Frames() {}

    public static ToMaster of(Register register) {
        return ToMaster.newBuilder().setRegister(register).build();
    }

    public static ToMaster of(Update update) {
        return ToMaster.newBuilder().setUpdate(update).build();
    }

    public static ToMaster of(OperationUpdate update) {
        return ToMaster.newBuilder().setOperationUpdate(update).build();
    }

    /** The agent obeys this higher epoch. */
    public static ToMaster stale(long epoch) {
        return ToMaster.newBuilder()
                .setStale(Stale.newBuilder().setEpoch(epoch))
                .build();
    }
}

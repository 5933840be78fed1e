package io.baton.systemtests.simulation;

import io.baton.core.id.AgentId;
import io.baton.link.Heartbeat;
import io.baton.link.RegisterAgain;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;

/** A master's end of one agent link. */
final class AgentGate {
    private static final long SILENCE_MILLIS = 15_000;
    private static final long ASK_AGAIN_MILLIS = 500;
    private static final int MOST_QUESTIONS = 9;
    private static final ToAgent REGISTER_AGAIN = ToAgent.newBuilder()
            .setRegisterAgain(RegisterAgain.getDefaultInstance())
            .build();
    private static final ToAgent HEARTBEAT =
            ToAgent.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    private final Master master;
    private final Link<ToMaster, ToAgent> link;
    private final int incarnation;
    private AgentId agent;
    private ToMaster registration;
    private long heardAt;
    private long registrations;
    private boolean unanswered;
    private int questions;
    private boolean open = true;

    AgentGate(Master master, Link<ToMaster, ToAgent> link) {
        this.master = master;
        this.link = link;
        this.incarnation = master.incarnation();
        this.heardAt = master.world.agenda().now();
        link.onServer(this::heard, this::ended);
    }

    Master master() {
        return master;
    }

    private void heard(ToMaster frame) {
        heardAt = master.world.agenda().now();
        switch (frame.getMessageCase()) {
            case REGISTER -> {
                agent = AgentId.fromProto(frame.getRegister().getAgentInfo().getId());
                registration = frame;
                expectAnswer(++registrations);
                master.tell(agent, ledger -> ledger.register(frame.getRegister(), this));
            }
            case UPDATE -> master.tell(agent, ledger -> ledger.updated(frame.getUpdate(), this));
            case STALE ->
                master.tell(agent, ledger -> ledger.stale(frame.getStale().getEpoch()));
            case TASKS_TOLD -> master.tell(agent, ledger -> ledger.tasksTold(frame.getTasksTold(), this));
            case HEARTBEAT, MESSAGE_NOT_SET -> {}
        }
    }

    private void expectAnswer(long which) {
        unanswered = true;
        master.in(ASK_AGAIN_MILLIS, () -> {
            if (unanswered && which == registrations && questions < MOST_QUESTIONS) {
                questions++;
                send(REGISTER_AGAIN);
            }
        });
    }

    void send(ToAgent frame) {
        if (frame.hasRegistered()) {
            unanswered = false;
            questions = 0;
        }
        if (open && incarnation == master.incarnation()) {
            link.down(frame);
        }
    }

    void close() {
        if (open) {
            link.closeByServer();
        }
    }

    private void ended() {
        open = false;
        master.closed(this);
        if (agent != null) {
            master.tell(agent, ledger -> ledger.linkLost(this));
        }
    }

    void ownerGone() {
        send(REGISTER_AGAIN);
    }

    void tick() {
        if (master.world.agenda().now() - heardAt > SILENCE_MILLIS) {
            close();
        } else {
            send(HEARTBEAT);
        }
    }

    /** The agent's ledger is elsewhere now, and empty: the agent has to register anew, on the same link. */
    void moved(String key) {
        if (agent == null || !key.equals(Placement.agent(agent))) {
            return;
        }
        if (master.world.keeps(Rule.OFFERS_AFTER_AGENT)) {
            send(REGISTER_AGAIN);
        } else {
            var guess = registration.getRegister().toBuilder()
                    .clearTasks()
                    .clearFrameworks()
                    .build();
            master.tell(agent, ledger -> ledger.assume(guess, this));
        }
    }
}

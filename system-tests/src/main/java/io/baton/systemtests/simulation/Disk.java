package io.baton.systemtests.simulation;

import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.record.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An agent's journal on a disk that takes its time. A crash loses what was not yet written; of the batch that was being
 * written some first part may stay.
 */
final class Disk {
    /** Records beyond which the journal is rewritten as the shortest that adds up to the same. */
    private static final int COMPACT_BEYOND = 400;

    private final World world;
    private final List<Record> durable = new ArrayList<>();
    private List<Record> waiting = new ArrayList<>();
    private List<Record> writing = List.of();
    private List<Record> replacement = List.of();
    private boolean busy;
    private boolean compacting;
    private long appended;
    private int compactBeyond = COMPACT_BEYOND;
    private LongConsumer listener = number -> {};
    private Node owner;

    Disk(World world) {
        this.world = world;
    }

    /** What an agent that starts now finds. */
    AgentState open(Node agent, LongConsumer onDurable) {
        owner = agent;
        listener = onDurable;
        appended = 0;
        var state = new AgentState();
        durable.forEach(state::apply);
        return state;
    }

    /** @return the number that the listener is told once these are durable */
    long append(List<Record> records) {
        waiting.addAll(records);
        appended++;
        wake();
        return appended;
    }

    /** Before the agent's clock runs. */
    void appendAtOnce(Record record) {
        write(List.of(record));
    }

    boolean wantsCompaction() {
        return durable.size() > compactBeyond;
    }

    /** Replaces everything appended so far. */
    void compact(List<Record> records) {
        if (compacting || !writing.isEmpty() && !replacement.isEmpty()) {
            return;
        }
        compacting = true;
        replacement = List.copyOf(records);
        waiting = new ArrayList<>();
        appended++;
        compactBeyond = records.size() + COMPACT_BEYOND;
        wake();
    }

    private void wake() {
        if (!busy) {
            busy = true;
            writing = waiting;
            waiting = new ArrayList<>();
            boolean whole = compacting;
            long number = appended;
            owner.in(world.nemesis().diskMillis(), () -> written(whole, number));
        }
    }

    private void written(boolean whole, long number) {
        if (whole) {
            durable.clear();
            write(replacement);
            replacement = List.of();
            compacting = false;
        }
        write(writing);
        writing = List.of();
        busy = false;
        listener.accept(number);
        if (!waiting.isEmpty() || compacting) {
            wake();
        }
    }

    private void write(List<Record> records) {
        durable.addAll(records);
        records.forEach(world.judge()::recorded);
    }

    /** The agent is dead. */
    void crash() {
        if (busy && !compacting) {
            write(writing.subList(0, world.chance().below(writing.size() + 1)));
        }
        waiting = new ArrayList<>();
        writing = List.of();
        replacement = List.of();
        busy = false;
        compacting = false;
    }
}

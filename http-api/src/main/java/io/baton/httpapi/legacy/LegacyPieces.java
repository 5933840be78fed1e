package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.Pieces;
import io.baton.v1.Task;
import io.baton.v1.master.Response.GetAgents.Agent;

/** The tasks and agents of pictures in the old vocabulary, kept from one picture to the next. */
record LegacyPieces(Pieces<Task> tasks, Pieces<Agent> agents) {
    /** The part of the heap that each of the two may take, as a divisor. */
    private static final int HEAP_PART = 32;

    static LegacyPieces create() {
        long most = Runtime.getRuntime().maxMemory() / HEAP_PART;
        return new LegacyPieces(
                new Pieces<>(LegacyTask::write, most),
                new Pieces<>((json, agent) -> json.object(() -> LegacyState.agent(json, agent)), most));
    }

    /** To be called when everything has been written: what was not, is not there any more. */
    void forgetUnused() {
        tasks.forgetUnused();
        agents.forgetUnused();
    }
}

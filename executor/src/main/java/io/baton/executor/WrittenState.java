package io.baton.executor;

import io.baton.core.id.AgentId;
import io.baton.executor.agent.Reconfiguration;
import io.baton.executor.agent.Registration;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.Journal;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.probe.ResourcesText;
import io.baton.executor.record.Configured;
import io.baton.executor.record.Record;
import io.baton.v1.AgentInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What earlier agents wrote down on a work directory, and whether this one may go on from there. */
record WrittenState(Journal journal, AgentState state) {
    private static final Logger LOG = LoggerFactory.getLogger(WrittenState.class);

    /**
     * Reads it.
     *
     * @throws IOException if it is damaged, or a newer version wrote it: says what to do
     */
    static WrittenState open(Path workDir, boolean cleanup) throws IOException {
        var file = workDir.resolve("meta").resolve("journal");
        if (cleanup) {
            Journal.setAside(file, Instant.now())
                    .ifPresent(aside -> LOG.warn("starting anew: what an earlier agent wrote down is in {}", aside));
        }
        var state = new AgentState();
        try {
            var journal = Journal.open(file, state::apply);
            journal.settle(state.records());
            return new WrittenState(journal, state);
        } catch (IllegalArgumentException newer) {
            throw new IOException(
                    "the journal " + file + " cannot be understood: " + newer.getMessage()
                            + ". Start that version of the agent again; or let this one forget all of it, tasks and"
                            + " reservations, with --recover=cleanup",
                    newer);
        }
    }

    /**
     * Numbers this start, and writes down as what. At the first one the agent chooses its id: whichever master answers, and
     * however often the answer is lost, it is one agent (ADR 14).
     *
     * @throws IOException if the configuration differs more than it may from that of the last start
     */
    void begin(AgentConfig config, AgentInfo info, String bootId, Instant now) throws IOException {
        // What is detected may differ each time, and nobody has asked for it: free space on the disk, say.
        var asked = info.toBuilder()
                .setHostname(config.hostname())
                .clearResources()
                .addAllResources(ResourcesText.parse(config.resources()))
                .build();
        var before = state.configured();
        if (before.isPresent() && before.get().getBootId().equals(bootId)) {
            var problem = Reconfiguration.problem(
                    config.reconfiguration(), before.get().getInfo(), asked, config.port() == 0);
            if (problem.isPresent()) {
                throw new IOException(problem.get());
            }
        }
        var records = new ArrayList<Record>();
        var id = state.agentId().orElseGet(() -> new AgentId(UUID.randomUUID() + "-S0"));
        long start = Registration.nextStart(state.lastStart(), now);
        records.add(Records.identity(id, state.clusterId(), state.epoch(), start));
        var configured =
                Configured.newBuilder().setInfo(asked).setBootId(bootId).build();
        if (!before.equals(Optional.of(configured))) {
            records.add(Record.newBuilder().setConfigured(configured).build());
        }
        journal.append(records);
        records.forEach(state::apply);
    }
}

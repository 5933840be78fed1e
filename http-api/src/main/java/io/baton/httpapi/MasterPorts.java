package io.baton.httpapi;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.membership.MasterAddress;
import io.baton.core.operation.MaintenanceDesk;
import io.baton.core.operation.RegistryOperations;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.store.ValueStore;
import io.baton.httpapi.status.LogLevel;
import io.baton.v1.MasterInfo;
import io.baton.v1.VersionInfo;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.RecipientRef;

/**
 * What the HTTP edge of a master needs of the rest of the process.
 *
 * @param master who this master is; a port of 0 is replaced by the one that was bound, and a pid made if there is none
 * @param version which build this is; its number of digits and dots only: some clients read each part as a number
 * @param newFrameworkIds gives {@code <masterId>-NNNN}, none of them twice; called on any thread
 * @param masters all masters, this one included, for {@code GET /api/v1/masters}; called on any thread
 * @param problem why this master should not be sent requests now, empty if it may be; called on any thread
 * @param readOnly why nothing can be changed now, empty if it can; called on any thread
 * @param registry of this binding alone
 * @param flags settings by name, shown to whoever asks: no secrets
 * @param counters numbers under Mesos's names that the edge cannot know, for {@code /metrics/snapshot}; called on any
 *     thread
 * @param operations what operators may do with the registry; empty while it starts; called on any thread
 * @param log how much of it there is; called on any thread
 * @param store of schedulers' values; empty while it starts; called on any thread
 * @param maintenance of machines; empty while the registry starts; called on any thread
 * @param heartbeat told of each heartbeat that a framework's scheduler is sent; called on any thread
 */
public record MasterPorts(
        Function<FrameworkId, RecipientRef<FrameworkProtocol>> frameworks,
        Function<AgentId, RecipientRef<AgentProtocol>> agents,
        RecipientRef<ViewProtocol> view,
        RecipientRef<AllocatorProtocol> allocator,
        RecipientRef<RoleProtocol> roles,
        MasterInfo master,
        VersionInfo version,
        Instant startTime,
        Supplier<FrameworkId> newFrameworkIds,
        Supplier<List<MasterAddress>> masters,
        Supplier<Optional<String>> problem,
        Supplier<Optional<String>> readOnly,
        PrometheusRegistry registry,
        SortedMap<String, String> flags,
        Supplier<Map<String, Double>> counters,
        LogLevel log,
        Supplier<Optional<ValueStore>> store,
        Supplier<Optional<RegistryOperations>> operations,
        Supplier<Optional<MaintenanceDesk>> maintenance,
        Consumer<FrameworkId> heartbeat) {}

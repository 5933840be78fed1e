package io.baton.executor.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.task.Secrets;
import io.baton.executor.checkpoint.ExecutorEntry;
import io.baton.executor.checkpoint.JournalWriter;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.launch.Containment;
import io.baton.executor.launch.Launcher;
import io.baton.executor.launch.LogKeeper;
import io.baton.executor.link.MasterLink;
import io.baton.executor.process.Supervision;
import io.baton.link.Register;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.Done;

/**
 * What the actor works with.
 *
 * @param info without an id
 * @param ip where others reach the agent, in digits; empty for the address that masters see
 * @param resolve the masters' link addresses
 * @param open opens a link
 * @param publish takes each new picture
 * @param end called with the reason if the agent cannot go on
 * @param serving completes when the agent's HTTP port is open: no process that may turn to it is started before
 */
public record AgentParts(
        TaskBooks books,
        HostResources host,
        Registration registration,
        Map<TaskEntry, Supervision.Found> found,
        AgentInfo info,
        String ip,
        String version,
        JournalWriter journal,
        Launcher launcher,
        Containment containment,
        LogKeeper logs,
        Supplier<CompletionStage<List<String>>> resolve,
        BiFunction<String, MasterLink.Listener, MasterLink> open,
        Consumer<AgentSnapshot> publish,
        Consumer<String> end,
        Duration measure,
        CompletableFuture<Done> serving,
        Clock clock) {

    /** Those of all tasks and executors that are not forgotten, and nested ones that run. */
    Set<String> containers() {
        var state = books.state();
        return Stream.of(
                        state.tasks().stream().map(TaskEntry::container),
                        state.executors().all().stream().map(ExecutorEntry::container),
                        books.nested().names().stream())
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    /** The agent as masters know it: with its id, once it has one. */
    AgentInfo described() {
        var out = info.toBuilder();
        registration.agentId().map(AgentId::toProto).ifPresent(out::setId);
        return out.build();
    }

    /** What a master is told first, under this number. */
    Register register(long number) {
        var frameworks = new LinkedHashMap<FrameworkId, FrameworkInfo>();
        Collection<TaskEntry> tasks = books.state().tasks().stream()
                .filter(entry -> !entry.isAbandoned())
                .toList();
        tasks.forEach(entry -> frameworks.put(entry.key().framework(), entry.framework()));
        var executors = books.state().executors().all();
        executors.forEach(entry -> frameworks.put(entry.key().framework(), entry.framework()));
        var register = Register.newBuilder()
                .setAgentInfo(described())
                .setNumber(number)
                .setEpoch(registration.epoch())
                .setClusterId(registration.clusterId())
                .setVersion(version)
                .addAllTasks(ToldTasks.of(tasks))
                .addAllFrameworks(frameworks.values())
                .addAllExecutors(executors.stream()
                        .map(ExecutorEntry::info)
                        .map(Secrets::hidden)
                        .toList())
                .addAllOperations(host.updates())
                .addAllTotalResources(host.isChanged() ? host.total().toProto("") : List.of());
        return (ip.isEmpty() ? register : register.setIp(ip)).build();
    }
}

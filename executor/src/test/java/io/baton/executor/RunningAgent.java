package io.baton.executor;

import static io.baton.executor.Samples.FRAMEWORK;

import com.typesafe.config.ConfigFactory;
import io.baton.core.task.TaskStates;
import io.baton.executor.link.LinkIdentity;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;

/** A whole agent with real processes in this JVM, and the master made up that it serves. */
public final class RunningAgent implements AutoCloseable {
    private final ActorSystem<?> system;
    private final Path workDir;
    private final Map<String, Object> settings;
    private final FakeMaster master;
    private CompletableFuture<String> broken;
    private Agent agent;

    /** Starts one on a directory, with settings below those of every test. */
    public RunningAgent(ActorSystem<?> system, Path workDir, Map<String, Object> more) throws IOException {
        this.system = system;
        this.workDir = workDir;
        this.settings = new HashMap<>(Map.of(
                "baton.agent.work-dir", workDir.toString(),
                "baton.agent.hostname", "host-1",
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.resources", "cpus:4;mem:1000;disk:1000;ports:[31000-31005]"));
        settings.putAll(more);
        master = new FakeMaster(1);
        agent = start();
        master.awaitRegistration(1);
    }

    private Agent start() throws IOException {
        var config = AgentConfig.from(ConfigFactory.parseMap(settings));
        broken = new CompletableFuture<>();
        return Agent.start(
                system,
                config,
                new Agent.Ports(
                        "1.2.3",
                        5051,
                        () -> CompletableFuture.completedFuture(List.of(master.address())),
                        broken::complete,
                        LinkIdentity.NONE,
                        Agent.tokens(config)));
    }

    /** Ends the agent and starts another one on its directory; tasks go on. */
    public void restart() throws IOException {
        end();
        begin();
    }

    /** Ends the agent; tasks go on. */
    public void end() {
        agent.terminate().toCompletableFuture().join();
    }

    /** Starts another one after {@link #end}. */
    public void begin() throws IOException {
        int before = master.registrations().size();
        agent = start();
        master.awaitRegistration(before + 1);
    }

    /** Completed with the reason when this one wants to end. */
    public CompletableFuture<String> broken() {
        return broken;
    }

    public FakeMaster master() {
        return master;
    }

    public Agent agent() {
        return agent;
    }

    public TaskStatus runToEnd(TaskInfo.Builder task) throws IOException {
        master.run(FRAMEWORK, task.build());
        return awaitEnd(task.getTaskId().getValue());
    }

    public TaskStatus awaitEnd(String task) {
        return master.await(task, s -> TaskStates.isTerminal(s.getState()));
    }

    public Path sandbox(String task) {
        return workDir.resolve("slaves/agent-1/frameworks/fw-1/executors/" + task + "/runs/latest");
    }

    public String output(String task, String file) throws IOException {
        return Files.readString(sandbox(task).resolve(file));
    }

    @Override
    public void close() throws IOException {
        agent.shutdownTasks(Optional.of(Duration.ZERO))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        agent.terminate().toCompletableFuture().join();
        master.close();
    }
}

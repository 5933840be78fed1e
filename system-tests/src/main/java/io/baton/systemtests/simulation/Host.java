package io.baton.systemtests.simulation;

import io.baton.core.resource.Resources;
import io.baton.executor.agent.AgentFacts;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Signal;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.TaskKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One machine: its kernel's processes, the files of its launches, and what of that the agent hears. Processes outlive
 * the agent, as their supervisors do.
 */
final class Host {
    private static final int TERMINATED = 15;
    private static final int KILLED = 9;

    /** One launch, from the script to the verdict. */
    private static final class Launch {
        private final TaskEntry entry;
        private boolean script = true;
        private boolean begun;
        private boolean running;
        private ProcessIdentity identity;
        private Verdict verdict;

        Launch(TaskEntry entry) {
            this.entry = entry;
        }
    }

    final String name;
    private final World world;
    private final Resources total;
    private final Map<String, Launch> launches = new LinkedHashMap<>();
    private AgentProcess agent;
    private int boots = 1;
    private long lastPid;

    Host(String name, World world, Resources total) {
        this.name = name;
        this.world = world;
        this.total = total;
    }

    void bears(AgentProcess process) {
        agent = process;
    }

    Resources total() {
        return total;
    }

    AgentFacts facts() {
        boolean capacity = world.keeps(Rule.AGENT_CHECKS_CAPACITY);
        boolean ended = world.keeps(Rule.AGENT_REMEMBERS_ENDED);
        return new AgentFacts(
                Path.of("/" + name),
                capacity ? total : total.plus(total).plus(total).plus(total),
                name + "-boot-" + boots,
                "10.0.0.1",
                1000,
                4,
                world.scenario().announcesStarting(),
                ended ? 10_000 : 0,
                ended ? Duration.ofHours(24) : Duration.ZERO,
                Long.MAX_VALUE);
    }

    // ---- what the agent orders

    void prepare(TaskEntry entry) {
        agent.in(world.chance().between(1, 20), () -> {
            launches.put(entry.container(), new Launch(entry));
            agent.news(books -> books.prepared(entry.container(), world.agenda().instant()));
        });
    }

    /** The spawner is a process of its own: it goes on with what it was told. */
    void launch(String container) {
        int boot = boots;
        world.agenda().in(world.chance().between(1, 60), () -> begin(container, boot));
    }

    private void begin(String container, int boot) {
        var launch = launches.get(container);
        if (boot != boots || launch == null || !launch.script || launch.begun) {
            return;
        }
        launch.begun = true;
        launch.script = false;
        world.agenda().in(world.chance().between(0, 30), () -> started(container, launch, boot));
    }

    private void started(String container, Launch launch, int boot) {
        if (boot != boots) {
            return;
        }
        launch.running = true;
        lastPid++;
        launch.identity = new ProcessIdentity(lastPid, lastPid, lastPid + 1, lastPid);
        lastPid++;
        world.judge().started(name, launch.entry, total);
        tell(books -> books.started(
                container, Optional.of(launch.identity), world.agenda().instant()));
        int status = world.chance().perMille(100) ? 1 : 0;
        var work = Work.of(launch.entry.task());
        world.agenda().in(work.millis(), () -> end(container, launch, new Verdict.Exited(status), boot));
    }

    private void end(String container, Launch launch, Verdict verdict, int boot) {
        if (!launch.running || boot != boots) {
            return;
        }
        launch.running = false;
        launch.verdict = verdict;
        world.judge().ended(name, launch.entry);
        tell(books -> books.ended(container, verdict, world.agenda().instant()));
    }

    /** The pipe loses news now and then; the agent looks after its processes by itself. */
    private void tell(AgentProcess.News news) {
        if (agent.isUp() && !world.nemesis().losesNews()) {
            agent.in(world.chance().between(0, 10), () -> agent.news(news));
        }
    }

    void signal(Signal signal, ProcessIdentity process) {
        int boot = boots;
        world.agenda()
                .in(
                        world.chance().between(0, 20),
                        () -> launches.forEach((container, launch) -> {
                            boolean meant = launch.running && process.equals(launch.identity);
                            if (meant
                                    && (signal == Signal.KILL
                                            || !Work.of(launch.entry.task()).stubborn())) {
                                var verdict = new Verdict.Signaled(signal == Signal.KILL ? KILLED : TERMINATED);
                                world.agenda()
                                        .in(world.chance().between(0, 50), () -> end(container, launch, verdict, boot));
                            }
                        }));
    }

    /** The files of a launch that is over. */
    void forget(String container) {
        agent.in(1, () -> {
            var launch = launches.get(container);
            if (launch != null && !launch.running) {
                launches.remove(container);
            }
        });
    }

    void check(Map<String, Optional<ProcessIdentity>> suspects) {
        suspects.forEach((container, identity) -> {
            var found = found(launches.get(container), identity.isPresent());
            agent.in(
                    1,
                    () -> agent.news(books -> {
                        var now = world.agenda().instant();
                        if (found instanceof Supervision.Found.NeverStarted) {
                            return books.ended(container, new Verdict.NeverRan("it was not started in time"), now);
                        }
                        if (found instanceof Supervision.Found.Running running) {
                            return books.started(container, Optional.of(running.identity()), now);
                        }
                        return found instanceof Supervision.Found.Ended ended
                                ? books.ended(container, ended.verdict(), now)
                                : List.of();
                    }));
        });
    }

    /** What the files tell of a launch. Without a process that is known, it is called off if it has not begun. */
    private Supervision.Found found(Launch launch, boolean processKnown) {
        if (!processKnown && launch != null && world.keeps(Rule.LAUNCHES_ARE_CALLED_OFF)) {
            launch.script = false;
        }
        if (launch != null && launch.running) {
            return new Supervision.Found.Running(launch.identity);
        }
        if (launch != null && launch.verdict != null) {
            return new Supervision.Found.Ended(launch.verdict);
        }
        if (processKnown || launch != null && launch.identity != null) {
            return new Supervision.Found.Ended(new Verdict.Unknown("exit status unknown (supervisor killed)"));
        }
        return launch != null && launch.begun ? new Supervision.Found.Starting() : new Supervision.Found.NeverStarted();
    }

    // ---- what an agent that starts finds

    Supervision.Found find(TaskEntry entry, String bootId) {
        if (!entry.bootId().equals(bootId)) {
            return new Supervision.Found.Ended(new Verdict.Unknown("exit status unknown (the host was restarted)"));
        }
        return found(launches.get(entry.container()), entry.process().isPresent());
    }

    /** The kernel starts anew: every process is gone. */
    void reboot() {
        world.history().note(() -> name + " reboots");
        boots++;
        launches.values().stream().filter(l -> l.running).forEach(l -> {
            l.running = false;
            world.judge().ended(name, l.entry);
        });
        launches.clear();
    }

    /** One task's supervisor and process die without a word. */
    void loseSomeProcess() {
        var running =
                launches.entrySet().stream().filter(e -> e.getValue().running).toList();
        if (!running.isEmpty()) {
            var victim = world.chance().of(running);
            victim.getValue().running = false;
            world.judge().ended(name, victim.getValue().entry);
        }
    }

    /** Whether any task's process runs; for messages which. */
    Optional<TaskKey> anyRunning() {
        return launches.values().stream()
                .filter(l -> l.running)
                .map(l -> l.entry.key())
                .findFirst();
    }
}

package io.baton.executor.launch;

import io.baton.executor.check.CheckPlan;
import io.baton.executor.check.Outcome;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.probing.CommandProbes;
import io.baton.executor.probing.NetworkProbes;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.CommandInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes tasks, each from where it is. */
final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final Launches launches;
    private final Containment containment;
    private final CommandProbes commands;
    private final NetworkProbes network = new NetworkProbes();
    private final Executor executor;

    /** @param executor may block */
    Probes(Launches launches, Launcher.Tools tools, Executor executor) {
        this.launches = launches;
        this.containment = tools.containment();
        this.commands = tools.commands();
        this.executor = executor;
    }

    /** @param done told once, on any thread */
    void probe(TaskEntry entry, CheckPlan plan, Consumer<Outcome> done) {
        var timeout = plan.timeout();
        if (plan.probe() instanceof CheckPlan.Probe.Http http) {
            network.ask(http, timeout, done);
        } else if (plan.probe() instanceof CheckPlan.Probe.Tcp tcp) {
            network.connect(tcp, timeout, done);
        } else if (plan.probe() instanceof CheckPlan.Probe.Command command) {
            var name = CommandProbes.freshName();
            // At once: the container may be over before a thread comes to it.
            commands.announce(name, entry.container(), outcome -> {
                containment.forget(name);
                done.accept(outcome);
            });
            executor.execute(() -> run(name, entry, command.command(), timeout));
        } else {
            throw new AssertionError("no one does " + plan);
        }
    }

    private void run(String name, TaskEntry entry, CommandInfo command, Duration timeout) {
        try {
            var plan = TaskPlan.of(entry.framework(), entry.task())
                    .plan()
                    .flatMap(p -> p.beside(command))
                    .orElseThrow(() -> new Launches.Refused("the command of the check will not do"));
            commands.run(launches.beside(name, entry, plan), timeout);
        } catch (IOException impossible) {
            LOG.warn("task {} cannot be checked: {}", entry.key().task(), impossible.toString());
            commands.cannotRun(name, outcomeOf(impossible));
        }
    }

    /** What this host cannot do, for want of room on its disk, says nothing of the task. */
    static Outcome outcomeOf(IOException impossible) {
        var why = "the command cannot be run: " + impossible.getMessage();
        return impossible instanceof Launches.Refused ? new Outcome.Failed(why) : new Outcome.NotProbed(why);
    }

    /** The task is over: what still probes it ends too. */
    void cancel(String container) {
        commands.cancel(container);
    }
}
